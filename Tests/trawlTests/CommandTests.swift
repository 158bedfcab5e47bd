import Foundation
import Testing

@Suite("The command line", .serialized)
struct CommandTests {
    private let scratch: ScratchFolder
    private var folder: URL { scratch.url }

    init() throws {
        scratch = try ScratchFolder()
    }

    @Test(
        "ends with status 2 and says why when it can't run",
        arguments: [
            ["hunt"], ["hunt", "/no/such/archive"], ["hunt", "--format", "xml", "/dev/null"],
            ["hunt", "--threads", "0", "/dev/null"],
            ["hunt", "--nonsense"], ["search", "| nonsense", "/dev/null"], ["search", "a=(", "/dev/null"], ["nonsense"],
            ["hunt", "--rules", "/no/such/rule.yml", "/dev/null"], ["hunt", "--earliest", "yesterdayish", "/dev/null"],
            ["hunt", "--timezone", "Mars/Olympus", "/dev/null"], ["generate", "/proc/nowhere"],
            ["generate", "--size", "lots", "/tmp/x"], ["hunt", "--output", "/no/such/folder/file", "/dev/null"],
            ["hunt", "--earliest", "2024-01-02", "--latest", "2024-01-01", "/dev/null"],
            ["stat", "--earliest", "@d", "--latest", "@d", "/dev/null"], ["hunt", ""], ["stat", ""],
            ["hunt", "--rules", "", "/dev/null"], ["hunt", "--output", "", "/dev/null"],
            ["hunt", "--schemas", "", "/dev/null"], ["hunt", "--macros", "", "/dev/null"], ["generate", ""],
            ["schemas", ""], ["rules", "check", ""], ["rules", "nonsense"], ["help", "nonsense"],
            ["help", "rules", "nonsense"], ["search", "stats count by", "/dev/null"],
            ["hunt", "--level", "", "/dev/null"], ["hunt", "--explain", "--format", "json"],
            ["search", "stats count", "--explain", "--format", "csv"],
        ])
    func failures(arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 2, "\(arguments): \(result.complaint)")
        #expect(result.complaint.hasPrefix("trawl: "), "\(arguments): \(result.complaint)")
        #expect(!result.complaint.contains("trawl: :"), "\(arguments): \(result.complaint)")
        #expect(result.output.isEmpty)
    }

    @Test("takes macros and lookups of a search from several folders, of two definitions that of the first")
    func severalFolders() throws {
        for (name, number, word) in [("a", 1, "one"), ("b", 2, "uno")] {
            let (macro, lookup) = ("definition: x=\(number)", "k,v\n1,\(word)\n")
            let own = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            try Data("name: both\n\(macro)\n".utf8).write(to: own.appendingPathComponent("both.yml"))
            try Data("name: only_\(name)\n\(macro)\n".utf8).write(to: own.appendingPathComponent("only.yml"))
            try Data(lookup.utf8).write(to: own.appendingPathComponent("table_\(name).csv"))
        }
        let archive = try scratch.write("{\"x\":1}\n{\"x\":2}\n", "x.jsonl")
        let folders = ["a", "b"].map { folder.appendingPathComponent($0).path }
        let options = folders.flatMap { ["--macros", $0, "--lookups", $0] }
        let lookups = ["a", "b"].map { "| lookup table_\($0) k AS x OUTPUT v AS \($0)" }.joined(separator: " ")
        let search = "`both` OR (`only_b` x=9) \(lookups) | table x a b"
        let found = try Program.run(["search", search, archive, "--format", "csv"] + options)
        #expect(found.status == 0, "\(found.complaint)")
        #expect(found.output.contains("1,one,uno"), "\(found.output)")
    }

    @Test("never writes results over an archive that it reads")
    func outputIsArchive() throws {
        let archive = try scratch.write("{\"a\":1}\n", "a.jsonl")
        let result = try Program.run(["search", "stats count by a", "--output", archive, folder.path])
        #expect(result.status == 2)
        #expect(result.complaint.contains("is one of the archives"))
        #expect(try String(contentsOfFile: archive, encoding: .utf8) == "{\"a\":1}\n")
    }

    @Test("never writes results over what rules are made of", arguments: ["r.yml", "lookups/t.csv", "places.yml"])
    func outputIsContent(_ name: String) throws {
        let archive = try scratch.write("{\"a\":1}\n", "a.jsonl")
        let rule = try scratch.write(
            "name: A\nid: 8b5901bc-da63-11eb-be43-acde48001122\nsearch: '`x` | stats count'\n", "r.yml")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("lookups"), withIntermediateDirectories: true)
        try scratch.write("k,v\n1,one\n", "lookups/t.csv")
        let places = try scratch.write("place: [here]\n", "places.yml")
        let target = folder.appendingPathComponent(name)
        let before = try Data(contentsOf: target)
        for command in [["hunt", "--rules", rule, archive], ["rules", "check", rule]] {
            let result = try Program.run(command + ["--placeholders", places, "--output", target.path])
            #expect(result.status == 2)
            #expect(result.complaint.contains("is one of the files that the command reads"), "\(result.complaint)")
            #expect(try Data(contentsOf: target) == before)
        }
    }

    @Test("never writes results over the schemas that a command reads")
    func outputIsSchema() throws {
        let archive = try scratch.write("{\"a\":1}\n", "a.jsonl")
        let rule = try scratch.write(
            "name: A\nid: 8b5901bc-da63-11eb-be43-acde48001122\nsearch: '| makeresults'\n", "r.yml")
        let schemas = folder.appendingPathComponent("schemas").path
        #expect(try Program.run(["schemas", schemas]).status == 0)
        let target = URL(fileURLWithPath: schemas + "/shapes.yml")
        let before = try Data(contentsOf: target)
        for command in [
            ["hunt", archive], ["search", "stats count", archive], ["stat", archive],
            ["stat", "--rules", rule, archive],
            ["rules", "check", rule],
        ] {
            let result = try Program.run(command + ["--schemas", schemas, "--output", target.path])
            #expect(result.status == 2, "\(command)")
            #expect(result.complaint.contains("is one of the files that the command reads"), "\(command)")
            #expect(try Data(contentsOf: target) == before, "\(command)")
        }
    }

    @Test("a hunt over events that no rule reads says that finding nothing says nothing")
    func unfed() throws {
        let unknown = try scratch.write("{\"a\":1}\n{\"a\":2}\n", "unknown.jsonl")
        let process =
            "{\"Channel\":\"Security\",\"EventID\":4688,\"NewProcessName\":\"C:\\\\x.exe\",\"CommandLine\":\"x\"}\n"
        let known = try scratch.write(process, "known.jsonl")
        let warning = "so that nothing could be found"
        for (archive, isWarned) in [(unknown, true), (known, false)] {
            let result = try Program.run(["hunt", archive])
            #expect(result.status == 0)
            #expect(result.complaint.contains(warning) == isWarned, "\(result.complaint)")
        }
        #expect(try !Program.run(["search", "b=1", unknown]).complaint.contains(warning))
    }

    @Test("a name that could act on the terminal is told harmlessly")
    func hostileName() throws {
        let result = try Program.run(["hunt", "/no/\u{1b}]0;x\u{7}\u{202e}\u{200b}such"])
        #expect(result.status == 2)
        #expect(result.complaint.contains("\\x1b]0;x\\x07\\u{202e}\\u{200b}such"))
        #expect(!result.complaint.contains("\u{1b}"))
    }

    @Test("stat counts what is malformed, blank and damaged, and sorts events by their number")
    func stat() throws {
        let lines = ["10", "2"].map { "{\"EventID\":\($0),\"Channel\":\"x\"}" }
        try scratch.write(lines.joined(separator: "\n") + "\n{bad\n\n", "a.jsonl")
        try Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]).write(
            to: folder.appendingPathComponent("b.gz"))
        let result = try Program.run(["stat", folder.path])
        #expect(result.status == 1)
        #expect(result.output.contains("\"events\":2,\"malformed\":1,\"blank\":1,\"recovered\":0,\"damaged\":1,"))
        let kinds = result.output.split(separator: "\n").filter { $0.contains("\"type\":\"kind\"") }
        #expect(kinds.map { $0.contains("\"event\":\"2\"") } == [true, false])
        let table = try Program.run(["stat", "--format", "table", folder.path])
        #expect(table.output.hasPrefix("In \(folder.path)/\narchive "))
        #expect(table.output.contains("2 events, 1 malformed and 1 blank line in 2 archives (1 damaged), "))
    }

    @Test("stat as one document is an object with an array for each type of record, and the summary")
    func statDocument() throws {
        let archive = try scratch.write("{\"EventID\":1,\"Channel\":\"x\"}\n{bad\n", "a.jsonl")
        let result = try Program.run(["stat", "--format", "json", archive])
        let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(document?.keys.sorted() == ["archives", "damaged", "kinds", "malformed", "summary"])
        let lines = try Program.run(["stat", archive]).output.split(separator: "\n")
        for (name, type) in [("archives", "archive"), ("kinds", "kind"), ("malformed", "malformed")] {
            let records = document?[name] as? [[String: Any]]
            #expect(records?.count == 1 && records?[0]["type"] == nil, "\(result.output)")
            #expect(lines.count { $0.hasPrefix("{\"type\":\"\(type)\",") } == 1)
        }
        #expect((document?["summary"] as? [String: Any])?["lines"] as? Int == 2)
    }

    @Test("events between zeros in a malformed line are told apart, so that numbers add up")
    func recovered() throws {
        let archive = try scratch.write("{\"a\":1}\n\0\0{\"a\":1}\0{\"a\":1}\n{\"a\":1}\0\n", "a.jsonl")
        let hunt = try Program.run(["search", "a=1 | stats count", archive])
        #expect(
            hunt.output.contains("\"lines\":3,\"events\":1,\"malformed\":2,\"matched_events\":4,"), "\(hunt.output)")
        #expect(hunt.output.contains("\"recovered\":3,"), "\(hunt.output)")
        let table = try Program.run(["search", "a=1 | stats count", archive, "--format", "table"])
        #expect(
            table.output.contains("3 events between zeros in malformed lines, read all the same"), "\(table.output)")
        let survey = try Program.run(["stat", archive])
        #expect(survey.output.contains("\"event\":\"-\",\"count\":4"), "\(survey.output)")
        #expect(survey.output.contains("\"events\":1,\"malformed\":2,\"blank\":0,\"recovered\":3,"), "\(survey.output)")
        let told = try Program.run(["stat", archive, "--format", "table"])
        #expect(told.output.contains("Besides: 3 events between zeros in malformed lines\n"), "\(told.output)")
    }

    @Test("the summary tells how often the archives were read")
    func passes() throws {
        let archive = try scratch.write("{\"a\":1}\n{\"a\":2}\n", "a.jsonl")
        for (search, passes) in [("a=* | stats count", 1), ("a=* [search a=1 | fields a] | stats count", 2)] {
            let result = try Program.run(["search", search, archive])
            #expect(result.output.contains("\"passes\":\(passes),"), "\(result.output)")
        }
    }

    @Test("stat counts the events of a time range, and says how many are left out")
    func statOfTimes() throws {
        let archive = try scratch.write(
            ["2024-01-01", "2024-01-02", "2024-01-03", ""].map {
                "{\"EventID\":1,\"Channel\":\"x\",\"_time\":\"\($0)\"}\n"
            }.joined(), "a.jsonl")
        let range = ["--earliest", "2024-01-02", "--latest", "2024-01-03"]
        let result = try Program.run(["stat", archive] + range)
        #expect(result.status == 0)
        let records = result.output.split(separator: "\n")
        #expect(records.first?.contains("\"lines\":4,\"events\":4,\"malformed\":0,\"blank\":0,") == true)
        #expect(records.first?.contains("\"out_of_range\":2,\"without_time\":1,\"firstTime\":\"2024-01-02") == true)
        #expect(records.first { $0.contains("\"type\":\"kind\"") }?.contains("\"count\":1,") == true)
        #expect(records.last?.contains("\"out_of_range\":2,\"without_time\":1,") == true)
        let table = try Program.run(["stat", archive, "--format", "table"] + range)
        let sentence = "In the time range: 1 event; left out: 2 outside of it, 1 without a time\n"
        #expect(table.output.contains(sentence), "\(table.output)")
        #expect(!(try Program.run(["stat", archive]).output.contains("out_of_range")))
    }

    @Test("tells the summary last and ends with status 0 when the hunt is complete")
    func complete() throws {
        let archive = try scratch.write("{\"EventID\":1,\"Channel\":\"x\"}\n", "a.jsonl")
        let result = try Program.run(["hunt", archive])
        #expect(result.status == 0)
        let last = try #require(result.output.split(separator: "\n").last)
        #expect(last.hasPrefix("{\"type\":\"summary\",\"archives\":1,"))
    }

    @Test("reads standard input")
    func standardInput() throws {
        let result = try Program.run(["search", "stats count by a", "-"], input: "{\"a\":1}\n{\"a\":1}\n")
        #expect(result.status == 0)
        #expect(result.output.contains("\"row\":{\"a\":\"1\",\"count\":2}"))
    }

    @Test("--strict makes a malformed line a failure, and without it none")
    func strict() throws {
        let archive = try scratch.write("{\"a\":01}\n", "a.jsonl")
        #expect(try Program.run(["hunt", archive]).status == 0)
        let strict = try Program.run(["hunt", "--strict", archive])
        #expect(strict.status == 1)
        #expect(strict.output.contains("\"type\":\"malformed\""))
    }

    @Test("a damaged archive gives status 1, its offset, and what could be read")
    func damaged() throws {
        // A gzip header, and then nothing of a deflate stream.
        let file = folder.appendingPathComponent("a.gz")
        try Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]).write(to: file)
        let good = try scratch.write("{\"a\":1}\n", "b.jsonl")
        let result = try Program.run(["search", "stats count by a", file.path, good])
        #expect(result.status == 1)
        #expect(result.output.contains("\"type\":\"damaged\""))
        #expect(result.output.contains("\"row\":{\"a\":\"1\",\"count\":1}"))
    }

    @Test("--output writes the file whole")
    func outputFile() throws {
        let archive = try scratch.write("{\"a\":1}\n", "a.jsonl")
        let target = folder.appendingPathComponent("out.csv").path
        let result = try Program.run(["search", "stats count by a", archive, "--format", "csv", "--output", target])
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "a,count\r\n1,1\r\n")
    }

    @Test("the same input gives the same bytes but for the seconds")
    func repeatable() throws {
        let archive = try scratch.write(
            (0..<500).map { "{\"a\":\"\($0 % 7)\",\"b\":\($0)}" }.joined(separator: "\n"), "a.jsonl")
        let outputs = try ["1", "2", "3"].map { threads in
            let text = try Program.run(
                ["search", "stats count sum(b) avg(b) by a", archive, "--threads", threads, "--chunk-size", "100"]
            ).output
            return text.replacing(/"seconds":[^,]*/, with: "")
        }
        #expect(Set(outputs).count == 1)
    }

    @Test("a time that can't be read is told with its option")
    func times() throws {
        for option in ["--earliest", "--latest", "--now"] {
            let result = try Program.run(["hunt", option, "soonish", "/dev/null"])
            #expect(result.status == 2)
            #expect(result.complaint.hasPrefix("trawl: \(option): the time \"soonish\""), "\(result.complaint)")
        }
    }

    @Test("a command that has commands of its own and is given none tells how it is used, and fails")
    func noCommand() throws {
        for arguments in [[], ["rules"]] {
            let result = try Program.run(arguments)
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(result.complaint.contains("SUBCOMMANDS:"), "\(result.complaint)")
        }
    }

    @Test("the manual has the sections of a manual page, and completions offer the values of options")
    func manual() throws {
        let page = try Program.run(["manual"]).output
        for section in [".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n", ".SH TRAWL HUNT\n", ".SH EXIT STATUS\n"] {
            #expect(page.contains(section), "\(section)")
        }
        #expect(page.contains("\ntrawl rules check "))
        #expect(!page.contains("OVERVIEW:") && !page.contains(".SH TRAWL\n"))
        #expect(page.contains(".SH TRAWL HUNT\n.nf\nRun detections over archives.\n"))
        for once in ["with no server", "An interrupt ends hunt", "The seconds in a summary"] {
            #expect(page.components(separatedBy: once).count == 2, "\(once)")
        }
        let completions = try Program.run(["--generate-completion-script", "bash"]).output
        for value in ["winlogbeat-7", "zstd-frames", "informational"] {
            #expect(completions.contains(value), "\(value)")
        }
        #expect(try Program.run(["help", "hunt"]).output.contains("\\x1b"))
    }

    @Test("help, version, explanation and manual are printed")
    func help() throws {
        #expect(try Program.run(["--help"]).output.contains("USAGE: trawl"))
        #expect(try Program.run(["--version"]).output.hasPrefix("trawl "))
        #expect(try Program.run(["manual"]).output.hasPrefix(".TH TRAWL 1"))
        let explanation = try Program.run(["hunt", "--explain"])
        #expect(explanation.status == 0)
        #expect(explanation.output.contains("Endpoint.Processes"))
    }

    @Test("rules check tells which rules can't run, and why")
    func rulesCheck() throws {
        let rule = { (search: String) in
            "name: A rule\nid: 0f9d1b6e-0000-4000-8000-000000000000\ntype: TTP\nstatus: production\nsearch: '\(search)'\n"
        }
        let good = try scratch.write(
            rule("| tstats count from datamodel=Endpoint.Processes by Processes.dest"), "good.yml")
        let bad = try scratch.write(
            rule("| tstats count from datamodel=Endpoint.Processes by Processes.dest | frobnicate x"), "bad.yml")
        #expect(try Program.run(["rules", "check", good]).status == 0)
        let result = try Program.run(["rules", "check", bad])
        #expect(result.status == 1)
        #expect(result.output.contains("\"group\":\"the command frobnicate\",\"file\":\"\(bad)\",\"line\":5,"))
        #expect(result.output.contains("\"word\":\"frobnicate\""))
        let table = try Program.run(["rules", "check", "--format", "table", folder.path])
        #expect(table.status == 1)
        #expect(table.output.contains("\n1 of 2 rules can run\n"), "\(table.output)")
        #expect(table.output.contains("1  the command frobnicate\n"), "\(table.output)")
        let csv = try Program.run(["rules", "check", "--format", "csv", good])
        #expect(csv.output.hasPrefix("rule_id,rule_name,kind,status,"))
        #expect(csv.output.contains(",Endpoint.Processes,,dest,"), "\(csv.output)")
    }
}
