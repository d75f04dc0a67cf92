using NpuSim.Workloads.Data;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>What a workload file may contain, for editors and for people.</summary>
public static class WorkloadSchema
{
    /// <summary>JSON schema, draft 2020-12.</summary>
    public static string Json() => YamlRecord.Schema<Workload>("NpuSim workload");

    /// <summary>The page docs/workloads.md.</summary>
    public static string Markdown() =>
        $"""
        # Workloads

        One YAML file describes one training task: the model and the weights it starts from, the images, what makes their
        domain another than the one the weights know, and the settings of each method. Shipped are
        {string.Join(", ", ShippedWorkloads.Names.Select(name => $"`{name}`"))}; a copy with other numbers is another workload.
        An unknown key, a missing required key or a number out of range is an error with file, line and column; all errors of
        a file come at once.

        **Data.** Weights are pre-trained on clean images of the training split. A method then learns from
        `adapt.train-samples` other images of that split, each corrupted as `adapt.corruption` says, and is measured on
        `adapt.test-samples` images of the test split, corrupted likewise. Which images these are and how each is corrupted
        follows from `data-seed` alone: every run of a study sees the same. A run's own seed decides the order of the images
        and the method's random directions.

        **Networks of your own.** `model` may be a network file (docs/networks.md). It brings its weights with it, and takes images
        of the shape and number of classes that it was made for; `pixels` says in what range. `pretrain` then says which images it
        has seen: those are not learnt from. A network that ends in other classes, or in features, gets a classifier with `head`, and
        images of another size, order of channels or range are brought to it with `prepare`:

        ```yaml
        model: resnet18.onnx # 224×224 images in 1,000 classes
        head: {"{ classes: 10 }"} # a new linear layer on what the old classifier reads; features: NAME reads another value
        prepare:
          resize: 224x224
          mean: [0.485, 0.456, 0.406]
          std: [0.229, 0.224, 0.225]
        ```

        **Few shots.** With `adapt.few-shot` a run consists of episodes. Each draws classes of the image set, `shots` samples of each from
        the training split to learn from, and `queries` from the test split. The pre-trained classifier is replaced by the class means c of
        the support in the network's feature space: weights 2c, bias −‖c‖², so that logits are −‖x − c‖² but for a term alike for all
        classes. That is a linear layer like any other: what trains on from there, under any scheme and method, is planned, timed and
        run as always. The simulator works the means out in fp32 from the weights that an episode starts with, as it does with scales; a
        device runs an inference of the support, a mean over the shots, a doubling and a sum of squares, which results.json prices
        as `episodeSetup` for each method's formats. SimpleShot first centres the features by their mean over at most 1,000 samples of
        pre-training and scales them to length 1 (as the layer normalisation of [x, −x]). Accuracy is the mean over the episodes ± 1.96 ·
        s / √episodes, each episode averaged over the seeds.

        **Batch normalisation.** While pre-training it uses the statistics of the batch; then these are measured over at most 32 batches
        and folded into the layer before. Weight files hold the folded network.

        **Frost** is the one corruption of CIFAR-10-C that differs in kind from the published one, which lays photographs of ice over the
        image: NpuSim draws its ice, with the published strengths, so that accuracies under frost cannot be compared with published ones.
        All others follow the authors' program with other random numbers; where that program departs from the paper's words (glass
        blur copies pixels where the text swaps them), so does NpuSim. JPEG is quantised as by libjpeg at the published qualities, with
        colours at half resolution.

        **Step sizes.** `methods` has a section for `bp`, `ff` (also for `jvp` and `spsa`), `qzo-ff` and `qzo-ff-steps`, which counts for all their
        formats and switches. `kernel-norm`, `adam` and others change what a step size means; `methods.tuned` lists sizes of their own:

        ```yaml
        methods:
          tuned:
            - method: ff+kernel-norm # in every format, also with further switches
              learning-rate:
                ft: 1e-2
                lp: 3e-2
            - method: ff:fp32+m1+adam # nearer for what has both
              learning-rate:
                lp: 1e-3
              epsilon: 2e-3
        ```

        An entry fits a method of its name that has all of its switches, with the same numbers and written as switches, and its format where it names one. Of several the one
        with the most switches counts, then one with a format; two that are equally near to a method asked for are an error, which an entry with the switches of both
        settles. What an entry leaves out stays as in the section; entries are not added up.

        **Weights.** `weights` names a shipped file, a safetensors file or an npz file with one array of floats per parameter.
        Where it is null, the weights are pre-trained on first use and kept under a name that contains a hash of the recipe
        (model, data seed and `pretrain`) and of the files of your own that it names: an image set's YAML file and data, a teacher's
        network and weights. The file's metadata hold the recipe itself (`recipe`) and the SHA-256 of those files (`recipe-files`).

        **Teachers and augmentation.** `pretrain.teacher` names a trained network of the same images and classes; the new one then
        learns its answers beside the labels (knowledge distillation, Hinton et al. 2015, arXiv 1503.02531). Both softmaxes are
        softened by the temperature T, and the loss is share · T² · KL(teacher ‖ student) + (1 − share) · cross-entropy; T² keeps the size of
        the teacher's gradients whatever T. The teacher runs in fp32 on just the images that the student sees, in its own range of
        pixels. `pretrain.augment` mirrors and moves the images of each step by chance (padding with black and cropping, as for CIFAR in
        arXiv 1512.03385, section 4.2), drawn from `seed`, step and sample, so that the weights do not depend on threads. Mirroring suits
        photographs; letters, digits and spectrograms mean something else in a mirror.

        **Compressed weights.** `compress` makes the pre-trained weights smaller once, before anything adapts, for all methods alike: accuracy
        "before" is that of the compressed network. `prune` sets the smallest magnitudes of each matrix or kernel to zero (Han et al. 2015, arXiv
        1506.02626; without the training afterwards that the paper does), `codebook` lets the rest share so many values, found by k-means
        from evenly spread ones (Deep Compression, arXiv 1510.00149, sections 2 and 3; no Huffman code, no training of the entries). What does
        not train lies in memory in that form: where weights were pruned a mask of one bit each (the paper codes distances; a mask has the same
        size whatever the values), then the weights that are left, or for each an index of ⌈log₂ entries⌉ bits and the entries in
        the weights' format. It counts as frozen weights; the plan unfolds it with `decode` operations on the vector unit (the
        host in floating point) just before each operation that reads it, once a pass where several do. What it unfolds to is scratch memory
        ("decoded weights"): a whole matrix, or in the passes of forward gradients in fixed point no more than 48 KiB of output channels
        at a time. What trains is unfolded before the first step and held as it is: zeros may grow again, unless the method's own mask
        (`+sparse…`) happens to leave them out. Few-shot episodes, which replace the classifier, leave it uncompressed.

        This page is made from the declarations in `Workloads`; a test fails when it is out of date.

        ## image sets

        Pixels are in 0..1. Files (plain or gzip) are looked for in the folder that `--data DIR` or the environment variable
        `{DataFolder.Variable}` names, in a folder with the set's name (or the one named below) or directly. Sounds are seen as
        log-mel spectrograms: Hann windows, power spectra summed in triangles equally far apart on the mel scale
        2595 · log₁₀(1 + f/700), the {LogMel.RangeDecibels} dB below the loudest value as 0..1, rounded to steps of 1/255, so that the last bit of the
        machine's sines does not matter.

        | name | shape | classes | what | files |
        |---|---|--:|---|---|
        {string.Join('\n', ImageSets.All.Select(Row))}

        A set may also be the path of a YAML file (from the workload file's folder) that describes one of your own:

        {YamlRecord.Markdown<ImageSetFile>().Trim()}


        """ + YamlRecord.Markdown<Workload>().TrimEnd('\n') + "\n";

    private static string Row(ImageSet set) =>
        $"| `{set.Name}` | {set.SampleShape} | {set.Classes} | {set.Description} | {Files(set)} |";

    private static string Files(ImageSet set) =>
        set.Files.IsEmpty ? "none" : string.Join(", ", set.Files.Select(file => $"`{file}`")) +
            (set.FolderName == set.Name ? "" : $" in `{set.FolderName}`");
}
