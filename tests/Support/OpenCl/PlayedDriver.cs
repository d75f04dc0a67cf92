using System.Runtime.InteropServices;
using NpuSim.Accelerators.OpenCl;
using Silk.NET.Core.Contexts;
using Silk.NET.OpenCL;

namespace NpuSim.Support.OpenCl;

/// <summary>The machine's OpenCL with some of its functions played by a test.</summary>
public class PlayedDriver : INativeContext
{
    private readonly OpenClLoader real = OpenClLoader.Get();
    private readonly Dictionary<string, (Delegate Function, nint Address)> played = [];

    /// <summary>OpenCL's functions, those that are played among them.</summary>
    public CL Api => new(this);

    /// <summary>Puts a function in the place of one of OpenCL's.</summary>
    /// <param name="name">Its name in C.</param>
    /// <param name="play">Gives the function to be called, and is given the driver's own.</param>
    public void Play<T>(string name, Func<T, T> play) where T : Delegate
    {
        T function = play(Marshal.GetDelegateForFunctionPointer<T>(real.GetProcAddress(name)));
        played[name] = (function, Marshal.GetFunctionPointerForDelegate(function));
    }

    /// <inheritdoc/>
    public nint GetProcAddress(string proc, int? slot = null) =>
        played.TryGetValue(proc, out (Delegate, nint Address) own) ? own.Address : real.GetProcAddress(proc, slot);

    /// <inheritdoc/>
    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = GetProcAddress(proc, slot);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
