// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using NetStall.Model;
using Xunit;

namespace NetStall.Tests.Architecture;

/// <summary>docs/architecture.md, held.</summary>
public sealed class ModuleOrderTests
{
    static readonly Assembly Core = typeof(KernelEvent).Assembly;

    // A folder may use those that stand before it.
    static readonly string[] Order =
    [
        "Model", "Recordings", "Symbols", "Simulation", "Texts", "PerfScript", "Ftrace", "PerfData", "Detection", "Collapse", "Ordering", "Stacks", "Timelines", "Waits", "Budgets",
        "Workloads", "Catalogue", "Verdicts", "Probing", "Bundles", "Reports",
    ];

    // What makes events. None knows another; and what judges must not know where events come from.
    static readonly string[] Sources = ["Simulation", "Texts", "PerfScript", "Ftrace", "PerfData"];
    static readonly string[] Judgement = ["Ordering", "Stacks", "Timelines", "Waits", "Budgets", "Catalogue", "Workloads", "Verdicts", "Probing", "Reports"];

    [Fact]
    public void Modules_of_core_use_only_what_stands_before_them_and_no_judgement_knows_a_format()
    {
        var against = OwnUses().Where(use => IsAgainstTheRules(Module(use.User)!, Module(use.Used)!))
            .Select(use => $"{Module(use.User)}.{use.User.Name} -> {Module(use.Used)}")
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Empty(against);
    }

    [Fact]
    public void Pods_and_known_causes_are_looked_up_by_verdicts()
    {
        var users = OwnUses().Where(use => Module(use.Used) is "Catalogue" or "Workloads").Select(use => Module(use.User)!).Where(m => m is not ("Catalogue" or "Workloads")).Distinct();

        // Reports print what verdicts found.
        Assert.Equal(["Reports", "Verdicts"], users.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Uses_inside_the_bodies_of_methods_are_seen() =>
        // Diagnosis makes one in Conclude(), and nothing else of it says so.
        Assert.Contains((typeof(NetStall.Verdicts.Diagnosis), typeof(NetStall.Verdicts.Conclusions)), OwnUses());

    [Fact]
    public void Every_folder_of_core_is_in_the_order()
    {
        var folders = Directory.GetDirectories(Path.Combine(Samples.Root, "src", "NetStall.Core")).Select(Path.GetFileName).Where(f => f is not ("bin" or "obj")).Order();
        Assert.Equal(Order.Order(), folders);
    }

    [Fact]
    public void Core_uses_nothing_but_the_framework_and_a_histogram()
    {
        var others = Core.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal));
        Assert.Equal(["HdrHistogram"], others);
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

    static bool IsAgainstTheRules(string user, string used) =>
        Array.IndexOf(Order, used) > Array.IndexOf(Order, user)
        || (Judgement.Contains(user) && Sources.Contains(used))
        || (user != used && used != "Texts" && Sources.Contains(user) && Sources.Contains(used));

    static IEnumerable<(Type User, Type Used)> OwnUses() => UsedTypes.In(Core).Where(use => Module(use.User) is not null && Module(use.Used) is not null);

    static string? Module(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Namespace?.StartsWith("NetStall.", StringComparison.Ordinal) == true ? type.Namespace.Split('.')[1] : null;
    }
}
