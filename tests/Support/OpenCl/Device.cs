using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Support.OpenCl;

/// <summary>The OpenCL device that tests run on. Tests are skipped where there is none, unless NPUSIM_REQUIRE_OPENCL=1.</summary>
public static class Device
{
    /// <summary>Where the tiles that were found fastest are kept from test to test, and compiled kernels.</summary>
    public static string Cache { get; } = Path.Combine(Path.GetTempPath(), "npusim-tests-opencl");

    /// <summary>The first device that can be used, or the end of the test.</summary>
    public static OpenClDevice First()
    {
        Require();
        return OpenClDevice.Find(null);
    }

    /// <summary>The same device behind a driver that plays it.</summary>
    public static OpenClDevice First(Func<PlayedDriver> driver)
    {
        Require();
        return OpenClDevice.Find(driver().Api, null);
    }

    private static void Require()
    {
        try
        {
            _ = OpenClDevice.Find(null);
        }
        catch (OpenClException fault)
        {
            if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_OPENCL") == "1")
                Assert.Fail($"{fault.Message} NPUSIM_REQUIRE_OPENCL=1 asks for a device.");
            Assert.Ignore(fault.Message);
        }
    }
}
