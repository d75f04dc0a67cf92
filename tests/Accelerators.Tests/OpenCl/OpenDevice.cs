using NpuSim.Accelerators.OpenCl;
using NpuSim.Support.OpenCl;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>The first OpenCL device, opened once for all tests.</summary>
[SetUpFixture]
internal sealed class OpenDevice
{
    // Without a cache: to keep a program, PoCL compiles every kernel of it, and tests use few.
    private static readonly Lazy<OpenClContext> Opened = new(() => new OpenClContext(OpenClDevice.Find(null), null));

    /// <summary>The open device, or the end of the test as <see cref="Device.First()"/> says.</summary>
    public static OpenClContext Context
    {
        get
        {
            Device.First();
            return Opened.Value;
        }
    }

    [OneTimeTearDown]
    public void Close()
    {
        if (Opened.IsValueCreated)
            Opened.Value.Dispose();
    }
}
