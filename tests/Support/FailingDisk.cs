namespace NpuSim.Files;

/// <summary>How a disk fails.</summary>
public enum DiskFault
{
    /// <summary>The process ends: this operation and all after it do nothing.</summary>
    Killed,

    /// <summary>As <see cref="Killed"/>, but half of what this operation writes is on the disk.</summary>
    Torn,

    /// <summary>No space is left, from this operation on; removing works.</summary>
    Full,

    /// <summary>Nothing may be written any more, from this operation on.</summary>
    ReadOnly,

    /// <summary>Names cannot be changed, from this operation on.</summary>
    NoRenames,
}

/// <summary>The process was killed; nothing of the program catches it.</summary>
public sealed class KilledException : ThreadInterruptedException;

/// <summary>A disk that fails at the k-th operation, counted from 0.</summary>
public sealed class FailingDisk(int k, DiskFault fault) : Disk
{
    private readonly Lock gate = new();
    private int count;

    /// <summary>Operations so far.</summary>
    public int Count => count;

    /// <summary>True when the operation came at which it fails.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Runs with this disk in the place of the true one; the process's end is not passed on.</summary>
    public void Run(Action act)
    {
        using (Use(this))
        {
            try
            {
                act();
            }
            catch (KilledException)
            {
            }
            catch (AggregateException several) when (several.Flatten().InnerExceptions.Any(e => e is KilledException))
            {
            }
        }
    }

    public override Stream Create(string path) => Write(() => new Counting(base.Create(path), this));

    public override Stream Open(string path) => Write(() => new Counting(base.Open(path), this));

    public override FileStream OpenAlone(string path) => Write(() => base.OpenAlone(path));

    public override void Sync(Stream stream) => Write(() => base.Sync(((Counting)stream).Inner));

    public override void SyncFolder(string path) => Write(() => base.SyncFolder(path));

    public override void Move(string from, string to, bool overwrite) =>
        Write(() => base.Move(from, to, overwrite), isRename: true);

    public override void MoveFolder(string from, string to) => Write(() => base.MoveFolder(from, to), isRename: true);

    public override void Delete(string path) => Write(() => base.Delete(path), isRemoval: true);

    public override void DeleteFolder(string path) => Write(() => base.DeleteFolder(path), isRemoval: true);

    public override void CreateFolder(string path) => Write(() => base.CreateFolder(path));

    private void Write(Action act, bool isRename = false, bool isRemoval = false) => Write(() =>
    {
        act();
        return true;
    }, isRename, isRemoval);

    private T Write<T>(Func<T> act, bool isRename = false, bool isRemoval = false)
    {
        lock (gate)
        {
            Strike(isRename, isRemoval);
            return act();
        }
    }

    // Half of the bytes where the write is torn.
    private void Write(Stream inner, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            bool isFirst = !IsReached;
            try
            {
                Strike(isRename: false, isRemoval: false);
            }
            catch (KilledException) when (fault == DiskFault.Torn && isFirst)
            {
                inner.Write(bytes[..(bytes.Length / 2)]);
                inner.Flush();
                throw;
            }

            inner.Write(bytes);
        }
    }

    private void Strike(bool isRename, bool isRemoval)
    {
        if (count++ < k)
            return;
        IsReached = true;
        switch (fault)
        {
            case DiskFault.Killed or DiskFault.Torn:
                throw new KilledException();
            case DiskFault.Full when !isRemoval:
                throw new IOException("No space left on device");
            case DiskFault.ReadOnly:
                throw new UnauthorizedAccessException("Read-only file system");
            case DiskFault.NoRenames when isRename:
                throw new IOException("Input/output error");
        }
    }

    private sealed class Counting(Stream inner, FailingDisk disk) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => inner.Position = value; }

        public override void Flush()
        {
            if (!disk.IsReached)
                inner.Flush();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value)
        {
            if (value != inner.Length)
                disk.Write(() => inner.SetLength(value));
        }

        public override void Write(byte[] buffer, int offset, int count) => disk.Write(inner, buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => disk.Write(inner, buffer);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
