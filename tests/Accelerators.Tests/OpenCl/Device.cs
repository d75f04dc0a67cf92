using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>The OpenCL device that tests run on: the first that can be used. Tests are skipped where there is none, unless
/// NPUSIM_REQUIRE_OPENCL=1.</summary>
[SetUpFixture]
internal sealed class Device
{
    // Without a cache: to keep a program, PoCL compiles every kernel of it, and tests use few.
    private static readonly Lazy<(OpenClContext? Context, string? Missing)> Opened = new(Open);

    /// <summary>The open device, or the end of the test.</summary>
    public static OpenClContext Context
    {
        get
        {
            (OpenClContext? context, string? missing) = Opened.Value;
            if (context is not null)
                return context;
            if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_OPENCL") == "1")
                Assert.Fail($"{missing} NPUSIM_REQUIRE_OPENCL=1 asks for a device.");
            Assert.Ignore(missing!);
            throw new InvalidOperationException();
        }
    }

    [OneTimeTearDown]
    public void Close()
    {
        if (Opened.IsValueCreated)
            Opened.Value.Context?.Dispose();
    }

    private static (OpenClContext?, string?) Open()
    {
        try
        {
            return (new OpenClContext(OpenClDevice.Find(null), null), null);
        }
        catch (OpenClException fault)
        {
            return (null, fault.Message);
        }
    }
}
