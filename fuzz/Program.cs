// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using NetStall.Fuzz;

// dotnet run --project fuzz -c Release -- TARGET RUNS SEED FILE…
//
// Each run mutates one of the files and hands it to the target. What is thrown but a refusal, and what takes longer than ten seconds,
// is a finding: the input is saved beside the files' copies in out/fuzz and the program ends with 1.
if (args.Length < 4 || !Targets.All.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"usage: NetStall.Fuzz TARGET RUNS SEED FILE…   targets: {string.Join(' ', Targets.All.Keys.Order())}");
    return 2;
}
long runs = long.Parse(args[1], CultureInfo.InvariantCulture);
int seed = int.Parse(args[2], CultureInfo.InvariantCulture);
var files = args[3..].Select(File.ReadAllBytes).ToArray();
var random = new Random(seed);
Directory.CreateDirectory("out/fuzz");

byte[] current = [];
long started = Environment.TickCount64;
using var watchdog = new Timer(_ =>
{
    if (Environment.TickCount64 - Volatile.Read(ref started) < 10_000)
        return;
    File.WriteAllBytes($"out/fuzz/{args[0]}-hang", current);
    Console.Error.WriteLine($"HANG, saved as out/fuzz/{args[0]}-hang");
    Environment.Exit(1);
}, null, 1000, 1000);

for (long run = 0; run < runs; run++)
{
    current = Mutation.Of(files[random.Next(files.Length)], random);
    Volatile.Write(ref started, Environment.TickCount64);
    try
    {
        target(current);
    }
    catch (Exception e)
    {
        File.WriteAllBytes($"out/fuzz/{args[0]}-{run}", current);
        Console.Error.WriteLine($"run {run}, saved as out/fuzz/{args[0]}-{run}: {e}");
        return 1;
    }
    if (run % 50_000 == 49_999)
        Console.Error.WriteLine($"{run + 1} runs");
}
Console.WriteLine($"{args[0]}: {runs} inputs, no finding");
return 0;
