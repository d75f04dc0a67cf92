using System.CommandLine;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Commands;

/// <summary>npusim profile list | show | validate | schema.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        Command list =
            new("list", "Lists the shipped profiles: those that are compared unless others are named, then all others.");
        list.SetAction(_ =>
        {
            int width = ShippedProfiles.Names.Max(n => n.Length);
            foreach (string name in ShippedProfiles.Default)
                Console.WriteLine($"{name.PadRight(width)}  {ShippedProfiles.Find(name).Description}");
            Console.Out.Flush();
            Console.Error.WriteLine("those below only where named, or with --profile all:"); // names alone go through a pipe
            foreach (string name in ShippedProfiles.Names.Except(ShippedProfiles.Default))
                Console.WriteLine($"{name.PadRight(width)}  {ShippedProfiles.Find(name).Description}");
            return ExitCode.Done;
        });

        Argument<string> shown = new("name") { Description = "Shipped profile or path of a YAML file." };
        Command show = new("show", "Prints a profile with every default filled in.") { shown };
        show.SetAction(parsed =>
        {
            Console.Write(ProfileWriter.ToYaml(ShippedProfiles.Find(parsed.GetValue(shown)!)));
            return ExitCode.Done;
        });

        Argument<string[]> files = new("file") { Description = "YAML files.", Arity = ArgumentArity.OneOrMore };
        Command validate = new("validate", "Checks profiles and reports every fault with its place.") { files };
        validate.SetAction(parsed => Validation.Run(parsed.GetValue(files)!, file => ProfileReader.ReadFile(file).Name));

        Command schema = new("schema", "Prints the JSON schema of profiles, for editors.");
        schema.SetAction(_ =>
        {
            Console.Write(ProfileSchema.Json());
            return ExitCode.Done;
        });

        return new Command("profile", "Hardware profiles.") { list, show, validate, schema };
    }
}
