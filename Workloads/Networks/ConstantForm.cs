namespace NpuSim.Workloads.Networks;

/// <summary>How a use reads a constant of a file.</summary>
/// <param name="Constant">Which constant: its name or number in the file.</param>
/// <param name="Content">What holds its numbers; another one holds other numbers made of them.</param>
/// <param name="Meaning">What its integers stand for in this use; uses of unequal meaning need tensors of their own.</param>
/// <param name="Order">Element i of the parameter is element Order()[i] of the constant; null: in the order of the file. Worked
/// out where two uses are compared.</param>
/// <param name="Turns">True where the use can read the tensor through a transpose: the weights of a layer.</param>
internal sealed record ConstantForm(object Constant, object Content, string Meaning = "", Func<int[]>? Order = null,
    bool Turns = false);
