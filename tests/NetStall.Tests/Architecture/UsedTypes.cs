// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace NetStall.Tests.Architecture;

/// <summary>Which types of its own assembly a type uses: in its declaration, its members and the bodies of its methods.</summary>
/// <remarks>
/// Constants and the values of enums are numbers in a method's body, so a use of nothing else is not seen. What the compiler makes (closures,
/// iterators, cases of local functions) is part of the type around it.
/// </remarks>
static class UsedTypes
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>Pairs of top-level types: user and used.</summary>
    public static IEnumerable<(Type User, Type Used)> In(Assembly assembly)
    {
        var uses = new HashSet<(Type, Type)>();
        foreach (var type in assembly.GetTypes())
        {
            var user = Outermost(type);
            foreach (var used in Of(type).SelectMany(Parts))
            {
                if (used.Assembly == assembly && Outermost(used) != user)
                    uses.Add((user, Outermost(used)));
            }
        }
        return uses;
    }

    static IEnumerable<Type> Of(Type type)
    {
        if (type.BaseType is { } parent)
            yield return parent;
        foreach (var used in type.GetInterfaces())
            yield return used;
        foreach (var field in type.GetFields(Declared))
            yield return field.FieldType;
        foreach (var method in type.GetConstructors(Declared).Cast<MethodBase>().Concat(type.GetMethods(Declared)))
        {
            foreach (var used in OfMethod(method))
                yield return used;
        }
    }

    static IEnumerable<Type> OfMethod(MethodBase method)
    {
        foreach (var used in Signature(method))
            yield return used;
        if (method.GetMethodBody() is not { } body)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses)
        {
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType is { } caught)
                yield return caught;
        }
        var ofType = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (int token in Tokens(body.GetILAsByteArray()!))
        {
            switch (method.Module.ResolveMember(token, ofType, ofMethod))
            {
                case Type type:
                    yield return type;
                    break;
                case FieldInfo field:
                    yield return field.DeclaringType!;
                    yield return field.FieldType;
                    break;
                case MethodBase called:
                    if (called.DeclaringType is { } owner)
                        yield return owner;
                    foreach (var used in Signature(called))
                        yield return used;
                    break;
            }
        }
    }

    static IEnumerable<Type> Signature(MethodBase method)
    {
        if (method is MethodInfo { ReturnType: var returned })
            yield return returned;
        foreach (var parameter in method.GetParameters())
            yield return parameter.ParameterType;
        if (method.IsGenericMethod)
        {
            foreach (var argument in method.GetGenericArguments())
                yield return argument;
        }
    }

    // ECMA-335 III.1: one byte, or 0xfe and one more; then an operand of a length that the opcode tells.
    static IEnumerable<int> Tokens(byte[] il)
    {
        int at = 0;
        while (at < il.Length)
        {
            short value = il[at++];
            if (value == 0xfe)
                value = unchecked((short)(0xfe00 | il[at++]));
            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + 4 * BitConverter.ToInt32(il, at);
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BitConverter.ToInt32(il, at);
                    at += 4;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    // List<Stall[]> uses Stall.
    static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
            return Parts(type.GetElementType()!);
        if (type.IsGenericParameter)
            return [];
        return type.IsConstructedGenericType ? type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition()) : [type];
    }

    static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }
}
