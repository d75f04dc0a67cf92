using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Commands;

/// <summary>npusim devices: what OpenCL devices there are, and how fast they are.</summary>
internal static class DevicesCommand
{
    private const int Size = 1024;

    public static Command Create()
    {
        Option<bool> quick = new("--quick") { Description = "Lists the devices without measuring them." };
        Option<bool> json = new("--json") { Description = "Prints JSON." };
        Command command = new("devices",
            "Lists the OpenCL devices that --backend accepts, with their measured speed.") { quick, json };
        command.SetAction(parsed => Run(parsed.GetValue(quick), parsed.GetValue(json)));
        return command;
    }

    // No device is an answer, not a fault: everything runs on the processor.
    private static int Run(bool quick, bool json)
    {
        ImmutableArray<OpenClDevice> devices = [];
        string? missing = null;
        try
        {
            devices = OpenClDevice.List();
            if (devices.IsEmpty)
                _ = OpenClDevice.Find(null);
        }
        catch (OpenClMissingException none)
        {
            missing = none.Message;
        }

        (OpenClDevice Device, Speed? Speed, string? Fault)[] rows = [.. devices.Select(d => Measure(d, quick))];
        Console.Write(json ? Json(rows, missing) : Text(rows, missing));
        return ExitCode.Done;
    }

    private static (OpenClDevice, Speed?, string?) Measure(OpenClDevice device, bool quick)
    {
        if (device.Refusal is not null || quick)
            return (device, null, device.Refusal);
        try
        {
            using OpenClContext context = new(device, BackendOption.CacheFolder);
            return (device, new Speed(ProductSpeed.Gmacs(context, Size), context.DotDescription), null);
        }
        catch (OpenClException fault)
        {
            return (device, null, fault.Message);
        }
    }

    private static string Text(IEnumerable<(OpenClDevice Device, Speed? Speed, string? Fault)> rows, string? missing)
    {
        StringBuilder text = new();
        if (missing is not null)
            text.Append(missing).Append("\nEverything runs without it, on the processor.\n");
        foreach ((OpenClDevice device, Speed? speed, string? fault) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"opencl:{device.Index}  {device.Name}\n")
                .Append(CultureInfo.InvariantCulture, $"  platform    {device.Platform}, {device.PlatformVersion}\n")
                .Append(CultureInfo.InvariantCulture,
                    $"  device      {device.Kind}, {device.Vendor}, {device.Version}, driver {device.Driver}\n")
                .Append(CultureInfo.InvariantCulture,
                    $"  memory      {SizeOf(device.MemoryBytes)}, buffers up to {SizeOf(device.LargestBufferBytes)}, "
                        + $"{SizeOf(device.LocalMemoryBytes)} local\n")
                .Append(CultureInfo.InvariantCulture,
                    $"  units       {device.ComputeUnits}, work groups up to {device.WorkGroupItems}\n")
                .Append(CultureInfo.InvariantCulture,
                    $"  extensions  {(device.Extensions.IsEmpty ? "none" : string.Join(' ', device.Extensions))}\n");
            if (speed is not null)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"  speed       {speed.Gmacs:F1} GMAC/s (8-bit matrices of {Size}×{Size})\n")
                    .Append(CultureInfo.InvariantCulture, $"  dot         {speed.Dot}\n");
            }

            if (fault is not null)
                text.Append(CultureInfo.InvariantCulture, $"  unusable    {fault}\n");
        }

        return text.ToString();
    }

    private static string SizeOf(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F0} KiB");

    private static string Json(IEnumerable<(OpenClDevice Device, Speed? Speed, string? Fault)> rows, string? missing)
    {
        using MemoryStream stream = new();
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = VisibleText.Json };
        using (Utf8JsonWriter writer = new(stream, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schemaVersion", 1);
            writer.WriteString("missing", missing);
            writer.WriteStartArray("devices");
            foreach ((OpenClDevice device, Speed? speed, string? fault) in rows)
                Write(writer, device, speed, fault);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter writer, OpenClDevice device, Speed? speed, string? fault)
    {
        writer.WriteStartObject();
        writer.WriteString("backend", $"opencl:{device.Index}");
        writer.WriteString("name", device.Name);
        writer.WriteString("platform", device.Platform);
        writer.WriteString("kind", device.Kind);
        writer.WriteString("vendor", device.Vendor);
        writer.WriteString("version", device.Version);
        writer.WriteString("driver", device.Driver);
        writer.WriteNumber("memoryBytes", device.MemoryBytes);
        writer.WriteNumber("largestBufferBytes", device.LargestBufferBytes);
        writer.WriteNumber("localMemoryBytes", device.LocalMemoryBytes);
        writer.WriteNumber("computeUnits", device.ComputeUnits);
        writer.WriteNumber("workGroupItems", device.WorkGroupItems);
        writer.WriteStartArray("extensions");
        foreach (string extension in device.Extensions)
            writer.WriteStringValue(extension);
        writer.WriteEndArray();
        if (speed is not null)
            writer.WriteNumber("gmacsPerSecond", Math.Round(speed.Gmacs, 1));
        else
            writer.WriteNull("gmacsPerSecond");
        writer.WriteString("dotProducts", speed?.Dot);
        writer.WriteString("unusable", fault);
        writer.WriteEndObject();
    }

    // What was measured, and the hardware for dot products of bytes that it used.
    private sealed record Speed(double Gmacs, string Dot);
}
