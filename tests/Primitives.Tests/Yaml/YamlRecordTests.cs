using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Yaml;

public sealed class YamlRecordTests
{
    private const string Least = """
        name: A1
        clock: 800 MHz
        size: 512 KiB
        motor:
          kind: diesel
          cylinders: 6
        """;

    private static string Faults(string text) =>
        Assert.Throws<InvalidDocumentException>(() => YamlRecord.Read<Machine>(text, "m.yaml"))!.Message;

    [Test]
    public void A_key_left_out_takes_its_default()
    {
        Machine machine = YamlRecord.Read<Machine>(Least, "m.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(machine.ClockHz, Is.EqualTo(800e6));
            Assert.That(machine.SizeBytes, Is.EqualTo(512 * 1024));
            Assert.That(machine.Motor, Is.EqualTo(new Diesel(6)));
            Assert.That(machine.Wheels, Is.EqualTo(4));
            Assert.That(machine.LampWatts, Is.Null);
            Assert.That(machine.StopSeconds.IsDefault, Is.False);
            Assert.That(machine.Notes, Is.Empty);
            Assert.That(machine.Best, Is.EqualTo(new Seat()));
            Assert.That(machine.Spare, Is.Null);
        });
    }

    [Test]
    public void A_comment_above_each_key_says_what_it_means_and_accepts()
    {
        string text = YamlRecord.PrintCommented(YamlRecord.Read<Machine>(Least, "m.yaml"));
        Assert.That(text, Does.StartWith("""
            # What it is called.
            name: A1
            # Speed. Accepted: a frequency such as 800 MHz, above 0 Hz.
            clock: 800 MHz
            # Store. Accepted: a size such as 512 KiB, at least 1 B.
            size: 512 KiB
            # What drives it.
            motor:
              # Burns. Other kinds: electric-motor.
              kind: diesel
              # Cylinders. Accepted: a whole number, at least 1.
              cylinders: 6
            # Wheels. Accepted: a whole number, 1 to 64.
            wheels: 4

            """));
        Assert.That(text.Split('\n').Select(l => l.Length), Has.All.LessThanOrEqualTo(100));
        Assert.That(YamlRecord.Print(YamlRecord.Read<Machine>(text, "m.yaml")),
            Is.EqualTo(YamlRecord.Print(YamlRecord.Read<Machine>(Least, "m.yaml"))));
    }

    [Test]
    public void A_null_that_is_hidden_otherwise_shows_that_its_key_is_there() =>
        Assert.That(YamlRecord.PrintCommented(new Label("x")), Is.EqualTo("text: x\n# Where.\nplace: null\n"));

    [TestCase("wheels", "8", "8")]
    [TestCase("size", "1MiB", "1 MiB")]
    [TestCase("motor.cylinders", "12", "12")]
    [TestCase("motor", "{kind: electric-motor}", "kind: electric-motor picojoules-per-byte: 1.5 pJ/B")]
    [TestCase("best.rows", "3", "3")]
    [TestCase("lamp", "5 W", "5 W")]
    [TestCase("spare", "{rows: 2}", "rows: 2 bytes-per-second: 1 MB/s")]
    [TestCase("seats[1].rows", "9", "9")]
    [TestCase("seats[1]", "{rows: 7}", "rows: 7 bytes-per-second: 1 MB/s")]
    [TestCase("colour", "dark-red", "dark-red")]
    public void A_part_at_a_path_is_read_anew_and_all_else_stays(string path, string value, string text)
    {
        Machine before = YamlRecord.Read<Machine>(Least + "\nseats: [{rows: 2}, {rows: 4}]\n", "m.yaml");
        Machine after = YamlRecord.With(before, path, value);
        Assert.That(YamlRecord.Find(after, path)!.Text, Is.EqualTo(text));
        string[] leaves = [.. YamlRecord.Leaves(before).Where(l => !l.StartsWith(path, StringComparison.Ordinal))];
        Assert.That(leaves.Select(l => YamlRecord.Find(after, l)),
            Is.EqualTo(leaves.Select(l => YamlRecord.Find(before, l))), "all else");
    }

    [TestCase("wheel", "8", "there is no 'wheel'", "did you mean 'wheels'?")]
    [TestCase("wheels", "65", "found '65'", "a whole number, 1 to 64")]
    [TestCase("wheels.x", "65", "there is no 'x' in wheels", "it has no parts")]
    [TestCase("motor.kind", "electric-motor", "a kind has keys of its own", "all of it at once")]
    [TestCase("motor.rows", "1", "there is no 'rows' in motor", "accepted are cylinders")]
    [TestCase("spare.rows", "1", "spare is null", "spare={…}")]
    [TestCase("seats[2].rows", "1", "there is no '[2]' in seats", "accepted are [0], [1]")]
    [TestCase("size", "64", "lacks its unit", "as in 512 KiB")]
    public void A_part_that_is_not_there_or_does_not_take_the_value_is_named(string path, string value, params string[] words)
    {
        Machine machine = YamlRecord.Read<Machine>(Least + "\nseats: [{rows: 2}, {rows: 4}]\n", "m.yaml");
        string message = Assert.Throws<InputException>(() => YamlRecord.With(machine, path, value))!.Message;
        Assert.That(message, Does.StartWith($"{path}={value}: "));
        foreach (string word in words)
            Assert.That(message, Does.Contain(word));
    }

    [Test]
    public void A_part_is_found_with_its_number_in_the_unit_of_its_name()
    {
        Machine machine = YamlRecord.Read<Machine>(Least, "m.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(YamlRecord.Find(machine, "size"), Is.EqualTo(new Leaf(512L * 1024, "512 KiB", "B")));
            Assert.That(YamlRecord.Find(machine, "lamp"), Is.EqualTo(new Leaf(null, "null", "W")));
            Assert.That(YamlRecord.Find(machine, "motor.kind")!.Text, Is.EqualTo("diesel"));
            Assert.That(YamlRecord.Find(machine, "spare.rows"), Is.Null);
            Assert.That(YamlRecord.Find(machine, "motor.rows"), Is.Null);
            Assert.That(YamlRecord.Find(machine, "size")!.Number, Is.EqualTo(524288));
        });
    }

    [Test]
    public void A_hidden_null_is_not_printed_and_a_value_is()
    {
        Assert.That(YamlRecord.Print(new Label("A1")), Is.EqualTo("text: A1\n"));
        Assert.That(YamlRecord.Print(new Label("A1", "left")), Is.EqualTo("text: A1\nplace: left\n"));
        Assert.That(YamlRecord.Read<Label>("text: A1\nplace: null\n", "l.yaml"), Is.EqualTo(new Label("A1")));
    }

    [Test]
    public void Printing_writes_every_default_and_the_greatest_unit_that_fits() =>
        Assert.That(YamlRecord.Print(YamlRecord.Read<Machine>(Least, "m.yaml")), Is.EqualTo("""
            name: A1
            clock: 800 MHz
            size: 512 KiB
            motor:
              kind: diesel
              cylinders: 6
            wheels: 4
            grip: 0.5
            brake: true
            seed: 7
            colour: dark-red
            lamp: null
            stop: []
            seats: []
            stripes: []
            owners: []
            notes: {}
            best:
              rows: 1
              bytes-per-second: 1 MB/s
            spare: null

            """));

    [Test]
    public void What_was_printed_reads_back_to_the_same()
    {
        var machine = new Machine(
            "null", 1.0 / 3, 3 << 20, new Electric(0.1), 64, -1.25e-7, false, ulong.MaxValue, Colour.Blue, 0.012, [0.1, 2e-7],
            [new Seat(3), new Seat(1, 3.2e9)], [Colour.Blue, Colour.DarkRed],
            ["a: b", "12", " x", "tab\there", "line\nbreak", "é€😀\u2028\uFEFF"],
            ImmutableSortedDictionary<string, string>.Empty.Add("a.b", "see #3").Add("x: y", "~"), new Seat(), new Seat(2));
        string text = YamlRecord.Print(machine);
        Machine back = YamlRecord.Read<Machine>(text, "m.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(YamlRecord.Print(back), Is.EqualTo(text));
            Assert.That(back.Name, Is.EqualTo(machine.Name));
            Assert.That(back.ClockHz, Is.EqualTo(machine.ClockHz));
            Assert.That(back.Grip, Is.EqualTo(machine.Grip));
            Assert.That(back.LampWatts, Is.EqualTo(machine.LampWatts));
            Assert.That(back.StopSeconds, Is.EqualTo(machine.StopSeconds));
            Assert.That(back.Seats, Is.EqualTo(machine.Seats));
            Assert.That(back.Owners, Is.EqualTo(machine.Owners));
            Assert.That(back.Notes, Is.EqualTo(machine.Notes));
            Assert.That(back.Seed, Is.EqualTo(ulong.MaxValue));
        });
    }

    [TestCase("wheel: 4", "7:1: wheel: unknown key; accepted are name, clock, size, motor, wheels, grip, brake, seed, colour, "
        + "lamp, stop, seats, stripes, owners, notes, best, spare (did you mean 'wheels'?)")]
    [TestCase("wheels: four", "7:9: wheels: found 'four'; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: \"4\"", "7:9: wheels: found '4'; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: 4.0", "7:9: wheels: found '4.0'; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: 0", "7:9: wheels: found '0'; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: 65", "7:9: wheels: found '65'; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: 99999999999999999999", "7:9: wheels: found '99999999999999999999'; accepted is a whole number, 1 to 64")]
    [TestCase("wheels:", "7:8: wheels: the key has no value; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: [4]", "7:9: wheels: found a list; accepted is a whole number, 1 to 64")]
    [TestCase("wheels: 13", "7:1: wheels: 13 brings bad luck")]
    [TestCase("grip: .nan", "7:7: grip: found '.nan'; accepted is a number")]
    [TestCase("grip: 1e999", "7:7: grip: found '1e999'; accepted is a number")]
    [TestCase("brake: yes", "7:8: brake: found 'yes'; accepted is true or false")]
    [TestCase("colour: dark-rde", "7:9: colour: found 'dark-rde'; accepted is one of dark-red, blue (did you mean 'dark-red'?)")]
    [TestCase("lamp: 12 mV", "7:7: lamp: 'mV' is not a unit of a power (did you mean 'mW'?); accepted are nW, uW, mW, W, "
        + "as in 12 mW")]
    [TestCase("lamp: 12", "7:7: lamp: '12' lacks its unit; accepted are nW, uW, mW, W, as in 12 mW")]
    [TestCase("stop: [20 ms, soon]", "7:15: stop[1]: found 'soon'; accepted is a time such as 20 ms")]
    [TestCase("stop: 20 ms", "7:7: stop: found '20 ms'; accepted is a list, each item a time such as 20 ms")]
    [TestCase("seats: [{rows: 5}]", "7:10: seats[0].rows: 5 rows do not fit")]
    [TestCase("seats:\n- row: 5", "8:3: seats[0].row: unknown key; accepted are rows, bytes-per-second (did you mean 'rows'?)")]
    [TestCase("notes: [a]", "7:8: notes: found a list; accepted is names of your choice, each with text")]
    [TestCase("notes: {a: [b]}", "7:12: notes.a: found a list; accepted is text")]
    [TestCase("best: null", "7:7: best: the key has no value; accepted is a group of the keys rows, bytes-per-second")]
    [TestCase("size: 1 MiB", "7:1: size: the key is given twice; it stands at 3:1 already; once is accepted")]
    [TestCase("spare: *seat", "7:8: spare: aliases (*name) are not accepted; write the value out")]
    [TestCase("spare: &seat {rows: 2}", "7:8: spare: anchors (&name) are not accepted; write the value where it is needed")]
    [TestCase("spare: !seat {rows: 2}", "7:8: spare: tags (!name) are not accepted; leave it out")]
    [TestCase("? [a, b]\n: c", "7:3: a key is a list; a name is accepted")]
    [TestCase("\"a\\nb\": c", "7:1: a?b: unknown key; accepted are name, clock, size, motor, wheels, grip, brake, seed, colour, "
        + "lamp, stop, seats, stripes, owners, notes, best, spare")]
    [TestCase("---\nname: B", "7:1: a second document begins here; one is accepted")]
    public void A_fault_names_its_place_the_cause_and_what_is_accepted(string line, string expected) =>
        Assert.That(Faults($"{Least}\n{line}\n"), Is.EqualTo($"m.yaml:{expected}"));

    [Test]
    public void All_faults_come_at_once_in_the_order_of_the_text() => Assert.That(Faults("""
        clock: 800
        size: 1.3 B
        motor:
          kind: deisel
        wheels: many
        best: {rows: 5}
        """), Is.EqualTo("""
        m.yaml:1:1: name: this required key is missing; accepted is text
        m.yaml:1:8: clock: '800' lacks its unit; accepted are Hz, kHz, MHz, GHz, as in 800 MHz
        m.yaml:2:7: size: '1.3 B' is no whole number of B; accepted is a size such as 512 KiB, at least 1 B
        m.yaml:4:9: motor.kind: found 'deisel'; accepted is one of diesel, electric-motor (did you mean 'diesel'?)
        m.yaml:5:9: wheels: found 'many'; accepted is a whole number, 1 to 64
        m.yaml:6:8: best.rows: 5 rows do not fit
        """));

    [TestCase("", "1:1: the file is empty; accepted are keys with values, 'key: value'")]
    [TestCase("# nothing", "1:1: the file is empty; accepted are keys with values, 'key: value'")]
    [TestCase("just words", "1:1: found 'just words'; accepted is a group of the keys rows, bytes-per-second")]
    [TestCase("- 1", "1:1: found a list; accepted is a group of the keys rows, bytes-per-second")]
    public void A_text_that_is_no_group_of_keys_is_refused(string text, string expected) => Assert.That(
        () => YamlRecord.Read<Seat>(text, "s.yaml"),
        Throws.TypeOf<InvalidDocumentException>().With.Message.EqualTo($"s.yaml:{expected}"));

    [TestCase("rows:\n\t- 1", "s.yaml:2:1", "indented with a tab; spaces are accepted")]
    [TestCase("rows: [1", "s.yaml:2:1:", "this is not YAML")]
    [TestCase("rows: 'x", "s.yaml:1:", "this is not YAML")]
    [TestCase("rows: \"\\q\"", "s.yaml:1:", "this is not YAML")]
    [TestCase("a: b: c", "s.yaml:1:", "this is not YAML")]
    public void Broken_yaml_is_one_line_with_its_place(string text, string place, string part)
    {
        string message = Assert.Throws<InvalidDocumentException>(() => YamlRecord.Read<Seat>(text, "s.yaml"))!.Message;
        Assert.That(message, Does.StartWith(place).And.Contains(part).And.Not.Contains("\n"));
    }

    [Test]
    public void Deep_nesting_and_long_texts_are_refused_at_once()
    {
        string deep = Assert.Throws<InvalidDocumentException>(
            () => YamlRecord.Read<Seat>("rows: " + new string('[', 100_000), "s.yaml"))!.Message;
        string big = Assert.Throws<InvalidDocumentException>(
            () => YamlRecord.Read<Seat>(new string('#', (1 << 20) + 1), "s.yaml"))!.Message;
        Assert.Multiple(() =>
        {
            Assert.That(deep, Is.EqualTo("s.yaml:1:39: nested deeper than the 32 levels accepted"));
            Assert.That(big, Is.EqualTo("s.yaml:1:1: the file has 1,048,577 characters; at most 1,048,576 are accepted"));
        });
    }

    [Test]
    public void A_record_made_in_code_answers_for_its_ranges_and_its_own_rules()
    {
        Machine good = YamlRecord.Read<Machine>(Least, "m.yaml");
        Machine machine = good with { Wheels = 0, ClockHz = 0, Name = "", Seats = [new Seat(5)] };
        Assert.That(YamlRecord.Problems(machine).Select(p => p.ToString()), Is.EqualTo(new[]
        {
            "clock: found '0 Hz'; accepted is a frequency such as 800 MHz, above 0 Hz",
            "wheels: found 0; accepted is a whole number, 1 to 64",
            "seats[0].rows: 5 rows do not fit",
            "name: the name is empty; accepted is text",
        }));
    }

    [Test]
    public void The_schema_states_keys_ranges_defaults_and_kinds()
    {
        JsonNode schema = JsonNode.Parse(YamlRecord.Schema<Machine>("Machine"))!;
        JsonNode machine = schema["$defs"]!["machine"]!;
        JsonNode electric = schema["$defs"]!["motor"]!["oneOf"]![1]!;
        string[] required = ["name", "clock", "size", "motor"];
        Assert.Multiple(() =>
        {
            Assert.That((string?)schema["$schema"], Is.EqualTo("https://json-schema.org/draft/2020-12/schema"));
            Assert.That((string?)schema["$ref"], Is.EqualTo("#/$defs/machine"));
            Assert.That(machine["required"]!.AsArray().Select(n => (string?)n), Is.EqualTo(required));
            Assert.That((bool)machine["additionalProperties"]!, Is.False);
            Assert.That((int)machine["properties"]!["wheels"]!["maximum"]!, Is.EqualTo(64));
            Assert.That((int)machine["properties"]!["wheels"]!["default"]!, Is.EqualTo(4));
            Assert.That((string?)machine["properties"]!["colour"]!["default"], Is.EqualTo("dark-red"));
            Assert.That((string?)electric["properties"]!["kind"]!["const"], Is.EqualTo("electric-motor"));
        });
    }

    [Test]
    public void The_tables_list_each_record_once() => Assert.That(YamlRecord.Markdown<Machine>(), Does
        .Contain("| `clock` | a frequency such as 800 MHz, above 0 Hz | required | Speed. |\n")
        .And.Contain("| `motor` | [motor](#motor) | required | What drives it. |\n")
        .And.Contain("### kind: electric-motor\n\nHums.\n")
        .And.Contain("| `dark-red` | Like wine. |\n"));
}
