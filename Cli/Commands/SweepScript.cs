namespace NpuSim.Cli.Commands;

/// <summary>
/// The script that runs a study as an array of tasks on a cluster: each task helps with whatever is left, any may die.
/// </summary>
internal static class SweepScript
{
    /// <summary>What <see cref="Of"/> accepts.</summary>
    public const string Accepted = "slurm, lsf, kubernetes or shell";

    /// <summary>The script.</summary>
    /// <param name="study">Name of the study's command, as sweep.</param>
    /// <param name="scheduler">What runs it.</param>
    /// <param name="tasks">How many tasks.</param>
    /// <param name="folder">The study's folder, which all nodes see.</param>
    /// <param name="data">Folder of the data sets; null: none is named.</param>
    /// <exception cref="InputException">There is no such scheduler, or the folder's name cannot stand in a script.</exception>
    public static string Of(string study, string scheduler, int tasks, string folder, string? data)
    {
        if (folder.Any(c => char.IsControl(c) || c is '\'' or '"' or '`' or '$' or '\\'))
            throw new InputException($"--out {folder}: accepted in a script are names without quotes, $ and control characters.");
        string command = $"npusim study {study} --out '{folder}'{(data is null ? "" : $" --data '{data}'")}";
        return scheduler switch
        {
            "slurm" => $"""
                #!/bin/sh
                #SBATCH --job-name=npusim-{study}
                #SBATCH --array=0-{tasks - 1}
                #SBATCH --requeue
                # sbatch THIS; the results, once all is done: {command} --wait
                exec {command} --task "$SLURM_ARRAY_TASK_ID/{tasks}" --threads "${"{"}SLURM_CPUS_PER_TASK:-1{"}"}"

                """,
            "lsf" => $"""
                #!/bin/sh
                #BSUB -J "npusim-{study}[1-{tasks}]"
                #BSUB -r
                # bsub < THIS; the results, once all is done: {command} --wait
                exec {command} --task "$((LSB_JOBINDEX - 1))/{tasks}" --threads "${"{"}LSB_DJOB_NUMPROC:-1{"}"}"

                """,
            "kubernetes" => $"""
                # kubectl apply -f THIS, after putting in the image and the claim of the shared volume
                # the results, once all is done: {command} --wait
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: npusim-{study}
                spec:
                  completionMode: Indexed
                  completions: {tasks}
                  parallelism: {tasks}
                  backoffLimit: {tasks}
                  template:
                    spec:
                      restartPolicy: OnFailure
                      containers:
                        - name: npusim
                          image: npusim
                          command: ["/bin/sh", "-c"]
                          args: ["exec {command} --task $JOB_COMPLETION_INDEX/{tasks}"]
                          volumeMounts:
                            - name: shared
                              mountPath: "{folder}"
                      volumes:
                        - name: shared
                          persistentVolumeClaim:
                            claimName: npusim-{study}

                """,
            "shell" => $"""
                #!/bin/sh
                # {tasks} processes on this machine, then the results
                for task in $(seq 0 {tasks - 1}); do
                  {command} --task "$task/{tasks}" --threads 1 &
                done
                wait
                exec {command} --collect

                """,
            _ => throw new InputException($"--emit '{scheduler}': accepted is {Accepted}."),
        };
    }
}
