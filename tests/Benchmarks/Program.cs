using NpuSim.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks [-- gemm|ordered|elements|step|plan|sweep|journal|opencl [--large]]: every
// table, or one.
string only = args.Length > 0 ? args[0] : "";
Console.WriteLine(Machine.Describe());
if (only is "" or "gemm")
    GemmTable.Print(Console.Out);
if (only is "" or "ordered")
    OrderedTable.Print(Console.Out);
if (only is "" or "elements")
    ElementTable.Print(Console.Out);
if (only is "" or "step")
    StepTable.Print(Console.Out);
if (only is "" or "plan")
    PlanTable.Print(Console.Out);
if (only is "" or "sweep")
    SweepTable.Print(Console.Out);
if (only is "" or "journal")
    JournalTable.Print(Console.Out);
if (only is "" or "opencl")
    OpenClTable.Print(Console.Out, large: args.Contains("--large"));
