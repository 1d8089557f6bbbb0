// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using NetStall.Model;
using Xunit;

namespace NetStall.Tests.Architecture;

/// <summary>docs/architecture.md, held.</summary>
public sealed partial class ModuleOrderTests
{
    static readonly Assembly Core = typeof(KernelEvent).Assembly;

    // A folder may use those that stand before it.
    static readonly string[] Order =
    [
        "Model", "Recordings", "Symbols", "Texts", "PerfScript", "Ftrace", "PerfData", "Collapse", "Ordering", "Stacks", "Timelines", "Waits", "Budgets",
        "Workloads", "Catalogue", "Verdicts", "Reports",
    ];

    // Pairs that know each other on purpose: a CPU's timeline finds its waits in its window, and the detection of a text's
    // format asks the readers of the formats.
    static readonly HashSet<(string From, string To)> Together = [("Timelines", "Waits"), ("Texts", "PerfScript"), ("Texts", "Ftrace")];

    [Fact]
    public void Modules_of_core_use_only_what_stands_before_them()
    {
        var wrong = new SortedSet<string>();
        foreach (var (from, to) in Uses())
        {
            if (Array.IndexOf(Order, to) > Array.IndexOf(Order, from) && !Together.Contains((from, to)))
                wrong.Add($"{from} uses {to}");
        }
        Assert.Equal([], wrong);
    }

    [Fact]
    public void Every_folder_of_core_is_in_the_order()
    {
        var folders = Directory.GetDirectories(Path.Combine(Samples.Root, "src", "NetStall.Core")).Select(Path.GetFileName).Where(f => f is not ("bin" or "obj")).Order();
        Assert.Equal(Order.Order(), folders);
    }

    [Fact]
    public void Core_uses_nothing_but_the_framework()
    {
        var others = Core.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal));
        Assert.Empty(others);
    }

    [Fact]
    public void Linux_knows_no_command()
    {
        var names = typeof(NetStall.Linux.Files.FileBytes).Assembly.GetReferencedAssemblies().Select(a => a.Name!);
        Assert.DoesNotContain("netstall", names);
    }

    [Fact]
    public void Values_of_the_domain_are_readonly()
    {
        var mutable = Core.GetTypes().Where(t => t is { IsValueType: true, IsEnum: false, IsPublic: true } && t.GetCustomAttribute<System.Runtime.CompilerServices.IsReadOnlyAttribute>() is null);
        Assert.Empty(mutable);
    }

    [Fact]
    public void No_type_of_core_shows_a_field()
    {
        var fields = Core.GetExportedTypes().Where(t => !t.IsEnum).SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Instance));
        Assert.Empty(fields);
    }

    [Fact]
    public void Every_type_that_the_architecture_names_exists()
    {
        string text = File.ReadAllText(Path.Combine(Samples.Root, "docs", "architecture.md"));
        var types = new[] { Core, typeof(NetStall.Linux.Files.FileBytes).Assembly, Assembly.Load("netstall") }.SelectMany(a => a.GetTypes()).Select(t => t.Name).ToHashSet();
        var missing = Names().Matches(text).Select(m => m.Groups[1].Value).Distinct()
            .Where(n => !types.Contains(n.Split('.')[0]) && !n.StartsWith("NetStall.", StringComparison.Ordinal) && !File.Exists(Path.Combine(Samples.Root, "src", "NetStall.Core", n)));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"`([A-Z][A-Za-z]+(?:\.[A-Za-z]+)*)`")]
    private static partial Regex Names();

    /// <summary>Which module's code mentions which other's types: signatures, members, and bodies of methods.</summary>
    static HashSet<(string From, string To)> Uses()
    {
        using var file = new PEReader(File.OpenRead(Core.Location));
        var metadata = file.GetMetadataReader();
        var uses = new HashSet<(string, string)>();
        foreach (var type in Core.GetTypes())
        {
            if (Module(type) is not { } from)
                continue;
            const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            {
                foreach (int token in Tokens(file, metadata, method))
                {
                    var member = Resolve(type.Module, token, type, method);
                    var used = member as Type ?? member?.DeclaringType;
                    if (used?.Assembly == Core && Module(used) is { } to && to != from)
                        uses.Add((from, to));
                }
            }
        }
        return uses;
    }

    static MemberInfo? Resolve(Module module, int token, Type type, MethodBase method)
    {
        try
        {
            return module.ResolveMember(token, type.IsGenericType ? type.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (ArgumentException)
        {
            // A member of a generic type seen from outside.
            return null;
        }
    }

    static IEnumerable<int> Tokens(PEReader file, MetadataReader metadata, MethodBase method)
    {
        var definition = metadata.GetMethodDefinition((MethodDefinitionHandle)MetadataTokens.Handle(method.MetadataToken));
        if (definition.RelativeVirtualAddress == 0)
            yield break;
        var il = file.GetMethodBody(definition.RelativeVirtualAddress).GetILContent();
        for (int i = 0; i < il.Length;)
        {
            var code = il[i] == 0xfe ? Codes[(short)(0xfe00 | il[i + 1])] : Codes[il[i]];
            i += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return BitConverter.ToInt32(il.AsSpan(i, 4));
            i += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il.AsSpan(i, 4)),
                _ => 4,
            };
        }
    }

    static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    static string? Module(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Namespace?.StartsWith("NetStall.", StringComparison.Ordinal) == true ? type.Namespace.Split('.')[1] : null;
    }
}
