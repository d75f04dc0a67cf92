using System.CommandLine;
using System.Globalization;
using System.Text;
using NpuSim.Accelerators.Profiles;
using NpuSim.Accelerators.Vectors;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Commands;

/// <summary>npusim vectors check | make: test vectors for implementations of a profile's arithmetic.</summary>
internal static class VectorsCommand
{
    public static Command Create() =>
        new("vectors", "Test vectors for hardware teams (docs/vectors.md).") { CreateCheck(), CreateMake() };

    private static Command CreateCheck()
    {
        Argument<string[]> files = new("file")
        {
            Description = "Files of test vectors, one JSON object per line.",
            Arity = ArgumentArity.OneOrMore
        };
        Command check = new("check", "Runs vectors in the simulator and shows the first element that differs in each.") { files };
        check.SetAction(parsed => Check(parsed.GetValue(files)!));
        return check;
    }

    private static Command CreateMake()
    {
        Option<string> profile = new("--profile", "-p")
        {
            Description = "Shipped profile or path of a YAML file.",
            Required = true
        };
        Option<string> operation = new("--op")
        {
            Description = $"Kind of layer: {string.Join(", ", VectorMaker.Operations)}.",
            Required = true,
        };
        Option<string?> formats = new("--format",
            "-f")
        { Description = "Formats of weights and activations, as in 16w8a; default: the profile's first." };
        Option<int?> count = WholeNumber.Option(["--count", "-n"], "Number of vectors; default: 20.", 1, 100_000);
        Option<int?> seed = WholeNumber.Option(["--seed"], "The same seed gives the same vectors; default: 1.", 0);
        Option<string?> file = new("--out", "-o") { Description = "File to write; default: standard output." };
        Option<bool> overwrite = OutputFile.Overwrite();
        Command make = new("make", "Writes random vectors whose outputs are the simulator's.") { profile, operation, formats,
            count, seed, file, overwrite };
        make.SetAction(parsed => Make(
            new VectorMaker(
                ShippedProfiles.Find(parsed.GetValue(profile)!), parsed.GetValue(operation)!, parsed.GetValue(formats),
                    (ulong)(parsed.GetValue(seed) ?? 1)),
            parsed.GetValue(count) ?? 20, parsed.GetValue(file), parsed.GetValue(overwrite)));
        return make;
    }

    private static int Check(string[] files)
    {
        int passed = 0, failed = 0;
        bool malformed = false;
        foreach (string file in files)
        {
            try
            {
                foreach (VectorOutcome outcome in VectorFile.Check(file, Malformed))
                {
                    (passed, failed) = outcome.Passed ? (passed + 1, failed) : (passed, failed + 1);
                    Console.WriteLine(outcome.Passed
                        ? $"pass  {outcome.Name}"
                        : $"FAIL  {outcome.Name}: output[{outcome.FirstDifference}] is {outcome.Actual} here, {outcome.Expected} "
                            + $"in the vector");
                }
            }
            catch (InputException fault)
            {
                Malformed(fault.Message);
            }
        }

        if (passed + failed > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} of {passed + failed} vectors pass"));
        return malformed ? ExitCode.BadInput : failed > 0 ? ExitCode.CheckFailed : ExitCode.Done;

        void Malformed(string fault)
        {
            malformed = true;
            Console.Error.WriteLine($"npusim: {fault}");
        }
    }

    private static int Make(VectorMaker maker, int count, string? file, bool overwrite)
    {
        if (file is null)
        {
            using Stream output = Console.OpenStandardOutput();
            Write(output);
        }
        else
        {
            OutputFile.Require(file, overwrite);
            OutputFile.Write(file, overwrite, Write);
        }

        return ExitCode.Done;

        void Write(Stream stream)
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                leaveOpen: true)
            { NewLine = "\n" };
            for (int i = 0; i < count; i++)
                writer.WriteLine(maker.Make(i));
        }
    }
}
