// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Fuzz;

// dotnet run --project fuzz -c Release -- --target perf-data|…|all --runs 1000000 --seed 1 [FILE…]
//
// Each run damages one of the files (by default those in the repository that fit the target) and hands it to the target. What is thrown but
// a refusal, and what takes longer than ten seconds, is a finding: the input is saved in out/fuzz and the program ends with 1.
string? target = null;
long runs = 100_000;
int seed = 1;
var files = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    string? value = i + 1 < args.Length ? args[i + 1] : null;
    switch (args[i])
    {
        case "--target" when value is not null:
            target = args[++i];
            break;
        case "--runs" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out runs):
        case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        case var option when option.StartsWith('-'):
            return Usage();
        case var file:
            files.Add(file);
            break;
    }
}
if (target == "all")
    return Targets.All.Keys.Order(StringComparer.Ordinal).Max(name => Run(name, runs, seed, files));
return target is not null && Targets.All.ContainsKey(target) ? Run(target, runs, seed, files) : Usage();

static int Usage()
{
    Console.Error.WriteLine($"usage: --target {string.Join('|', Targets.All.Keys.Order(StringComparer.Ordinal))}|all [--runs N] [--seed N] [FILE…]");
    return 2;
}

static int Run(string name, long runs, int seed, List<string> given)
{
    var target = Targets.All[name];
    var files = given.Count > 0 ? given.Select(File.ReadAllBytes).ToArray() : Seeds.Of(name);
    var random = new Random(seed);
    Directory.CreateDirectory("out/fuzz");

    byte[] current = [];
    long started = Environment.TickCount64;
    using var watchdog = new Timer(_ =>
    {
        if (Environment.TickCount64 - Volatile.Read(ref started) < 10_000)
            return;
        File.WriteAllBytes($"out/fuzz/{name}-hang", current);
        Console.Error.WriteLine($"HANG, saved as out/fuzz/{name}-hang");
        Environment.Exit(1);
    }, null, 1000, 1000);

    for (long run = 0; run < runs; run++)
    {
        current = Mutation.Of(files, random);
        Volatile.Write(ref started, Environment.TickCount64);
        try
        {
            target(current);
        }
        catch (Exception e)
        {
            File.WriteAllBytes($"out/fuzz/{name}-{run}", current);
            Console.Error.WriteLine($"run {run}, saved as out/fuzz/{name}-{run}: {e}");
            return 1;
        }
        if (run % 50_000 == 49_999)
            Console.Error.WriteLine($"{run + 1} runs");
    }
    Console.WriteLine($"{name}: {runs} inputs, no finding");
    return 0;
}
