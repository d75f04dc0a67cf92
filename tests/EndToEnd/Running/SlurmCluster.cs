using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace NpuSim.EndToEnd.Running;

/// <summary>
/// A real Slurm of one node on the loopback interface, from Debian's packages (munge, slurmctld, slurmd, slurm-client), as root
/// and without systemd. Tests that need it are skipped where it is missing, unless NPUSIM_REQUIRE_SLURM=1.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SlurmCluster : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        All = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder, configuration;
    private readonly Npusim npusim;
    private readonly List<Process> daemons = [];
    private Process? node;

    /// <summary>Starts it.</summary>
    /// <param name="npusim">Surroundings of its clients and jobs.</param>
    public SlurmCluster(Npusim npusim)
    {
        this.npusim = npusim;
        folder = TemporaryFolder.Create();
        configuration = Path.Combine(folder, "slurm.conf");
        npusim.Variables["SLURM_CONF"] = configuration;
        foreach (string name in new[] { "spool", "state" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        File.SetUnixFileMode(folder, All);
        File.WriteAllText(configuration, Configuration(FreePort(), FreePort()));
        string munge = Directory.CreateDirectory(Path.Combine(folder, "munge"), Owner).FullName;
        string key = Path.Combine(munge, "munge.key"), socket = Path.Combine(munge, "munge.sock");
        File.WriteAllBytes(key, RandomNumberGenerator.GetBytes(128));
        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        Start("munged", "--foreground", "--force", $"--key-file={key}", $"--socket={socket}", $"--pid-file={munge}/pid",
            $"--log-file={munge}/log", $"--seed-file={munge}/seed");
        Until(() => File.Exists(socket), "munged has its socket");
        File.SetUnixFileMode(munge, All); // clients reach the socket
        Start("slurmctld", "-D", "-i", "-f", configuration);
        StartNode();
    }

    /// <summary>Skips the test where Slurm cannot run; fails it where NPUSIM_REQUIRE_SLURM is 1.</summary>
    public static void Require()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? missing = !OperatingSystem.IsLinux() ? "Linux"
            : Programs.FirstOrDefault(p => !folders.Any(f => File.Exists(Path.Combine(f, p))))
            ?? (Environment.IsPrivilegedProcess ? null : "root");
        if (missing is null)
            return;
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_SLURM") == "1")
            Assert.Fail($"{missing} is not there, and NPUSIM_REQUIRE_SLURM=1 asks for a Slurm.");
        Assert.Ignore($"{missing} is not there; as root, apt-get install munge slurmctld slurmd slurm-client makes this test "
            + "run.");
    }

    /// <summary>Runs one of Slurm's clients, which must succeed, and gives what it printed.</summary>
    public string Client(string program, params string[] arguments) =>
        Npusim.End(npusim.Start(program, arguments)).Succeeded().Output.Trim();

    /// <summary>The state of each job that Slurm still knows, as "0 COMPLETED" for the task 0 of an array.</summary>
    public string[] States => Client("squeue", "-h", "-r", "-t", "all", "-o", "%K %T")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Starts the node, and waits until it takes jobs.</summary>
    public void StartNode()
    {
        node = Start("slurmd", "-D", "-N", "localhost", "-f", configuration);
        Until(() => Client("sinfo", "-h", "-o", "%t") is "idle" or "mix" or "alloc", "the node takes jobs");
    }

    /// <summary>Ends the node's daemon at once, as a crash does; what it runs goes on.</summary>
    public void KillNode()
    {
        node!.Kill();
        node.WaitForExit();
    }

    /// <summary>Waits for something.</summary>
    public static void Until(Func<bool> holds, string what)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.That(clock.Elapsed, Is.LessThan(Patience), $"within {Patience}: {what}");
            Thread.Sleep(100);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Process daemon in Enumerable.Reverse(daemons))
        {
            if (!daemon.HasExited)
                daemon.Kill();
            daemon.WaitForExit();
            daemon.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private Process Start(string program, params string[] arguments)
    {
        Process daemon = npusim.Start(program, arguments);
        daemon.OutputDataReceived += (_, _) => { }; // a full pipe would stop it
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        daemons.Add(daemon);
        return daemon;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Configuration(int controller, int daemon) => $"""
        ClusterName=sim
        SlurmctldHost=localhost(127.0.0.1)
        SlurmctldPort={controller}
        SlurmdPort={daemon}
        SlurmUser=root
        SlurmdUser=root
        AuthType=auth/munge
        CredType=cred/munge
        AuthInfo=socket={folder}/munge/munge.sock
        CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
        ProctrackType=proctrack/pgid
        TaskPlugin=task/none
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/none
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        SwitchType=switch/none
        MpiDefault=none
        ReturnToService=2
        StateSaveLocation={folder}/state
        SlurmdSpoolDir={folder}/spool
        SlurmctldPidFile={folder}/slurmctld.pid
        SlurmdPidFile={folder}/slurmd.pid
        SchedulerType=sched/backfill
        SchedulerParameters=sched_interval=2,batch_sched_delay=1
        MinJobAge=300
        KillWait=5
        NodeName=localhost NodeAddr=127.0.0.1 NodeHostname=localhost CPUs={Environment.ProcessorCount} State=UNKNOWN
        PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP

        """;
}
