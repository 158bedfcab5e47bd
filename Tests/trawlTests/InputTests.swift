import Foundation
import Testing

@Suite("What a command could not read", .serialized)
struct InputTests {
    private let scratch: ScratchFolder
    private var folder: URL { scratch.url }
    private let archive: String

    init() throws {
        scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            at: scratch.url.appendingPathComponent("empty"), withIntermediateDirectories: true)
        archive = scratch.url.path + "/a.jsonl"
        try Data("{\"a\":1}\n{\"a\":2}\n{\"a\":2}\n".utf8).write(to: URL(fileURLWithPath: archive))
    }

    private static let commands = [["search", "stats count by a"], ["stat"]]

    @Test("is in a record of its own and in the summary, and gives status 1", arguments: commands)
    func missing(command: [String]) throws {
        let loop = folder.path + "/loop"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        let paths = ["nothere", "*.nothing", "empty", "loop"].map { folder.path + "/" + $0 }
        for (path, reason) in zip(
            paths,
            ["there is no such file or folder", "no file matches this pattern", "holds no file", "symbolic links"]
        ) {
            let result = try Program.run(command + [path, archive])
            #expect(result.status == 1, "\(path)")
            let record = "{\"type\":\"damaged\",\"archive\":\"\(path)\",\"offset\":0,\"reason\":\""
            let line = result.output.split(separator: "\n").first { $0.hasPrefix(record) }
            #expect(line?.contains(reason) == true, "\(result.output)")
            #expect(result.output.contains("\"damaged\":1,"))
            #expect(result.complaint.hasPrefix("trawl: \(path): "), "\(result.complaint)")
            #expect(!result.complaint.contains("permissions"), "\(result.complaint)")
        }
        let table = try Program.run(command + paths + [archive, "--format", "table"])
        #expect(table.output.contains("nothere"), "\(table.output)")
        #expect(try Program.run(command + [folder.path + "/empty"]).status == 2)
    }

    @Test("a folder whose files were reached by another name is not taken for an empty one")
    func reachedBefore() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path)
        let result = try Program.run(["search", "stats count", folder.path, folder.path + "/link"])
        // The folder itself holds an empty one, which is none of those named.
        #expect(result.status == 0, "\(result.complaint)")
    }

    @Test("a pipe that was found and not named is passed over with a note", arguments: commands)
    func foundPipe(command: [String]) throws {
        let pipe = folder.path + "/p.jsonl"
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in [folder.path + "/*.jsonl", folder.path] {
            let result = try Program.run(command + [path])
            #expect(result.status == 0, "\(result.complaint)")
            #expect(result.output.contains("\"events\":3"), "\(result.output)")
            #expect(
                result.complaint
                    == "trawl: note: \(pipe): is a pipe, socket or device, which is read only where it is named itself\n"
            )
        }
        let alone = try Program.run(command + [folder.path + "/p*"])
        #expect(alone.status == 2 && alone.complaint.contains("\(pipe) is a pipe"), "\(alone.complaint)")
        let named = try Program.run(
            shell: "printf '{\"a\":7}\\n' > \"$1\" & shift; exec \"$0\" \"$@\"", [pipe] + command + [pipe])
        #expect(named.status == 0 && named.output.contains("\"events\":1"), "\(named.output) \(named.complaint)")
    }

    @Test("a format that is not read is told by its name, with what to do", arguments: commands)
    func unreadFormat(command: [String]) throws {
        let file = folder.path + "/b.jsonl.xz"
        try Data([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0] + (0..<200).map { UInt8($0 &* 37 % 251) }).write(
            to: URL(fileURLWithPath: file))
        let result = try Program.run(command + [file])
        #expect(result.status == 1)
        #expect(result.output.contains("holds xz data, which is not read; read it with `xz -dc FILE | trawl"))
        #expect(!result.output.contains("plain"), "\(result.output)")
        if command == ["stat"] {
            #expect(result.output.contains("\"format\":\"xz\""), "\(result.output)")
            let table = try Program.run(command + [file, "--format", "table"])
            #expect(table.output.contains("xz (not read)"), "\(table.output)")
        }
    }

    @Test("a standard input that was closed is told at once")
    func closedInput() throws {
        let alone = try Program.run(shell: "exec \"$0\" search 'stats count by a' - <&-", [])
        #expect(alone.status == 2 && alone.output.isEmpty)
        #expect(alone.complaint.contains("-: can't be read: standard input is closed"), "\(alone.complaint)")
        let beside = try Program.run(shell: "exec \"$0\" search 'stats count by a' - \"$1\" <&-", [archive])
        #expect(beside.status == 1)
        #expect(beside.output.contains("{\"type\":\"damaged\",\"archive\":\"-\","), "\(beside.output)")
        #expect(beside.output.contains("\"row\":{\"a\":\"2\",\"count\":2}"))
        let silent = try Program.run(shell: "exec \"$0\" search 'stats count by a' \"$1\" >&-", [archive])
        #expect(silent.status == 2)
        #expect(silent.complaint.contains("standard output: is closed"), "\(silent.complaint)")
    }

    @Test("a search without events needs no archive, and knows the time range all the same")
    func noArchive() throws {
        let search = "| makeresults | addinfo | table info_*_time"
        let result = try Program.run(
            ["search", search, "--format", "csv", "--earliest", "2024-01-01", "--latest", "2024-01-02"])
        #expect(result.status == 0, "\(result.complaint)")
        #expect(result.output.contains("1704067200,1704153600"), "\(result.output)")
        #expect(try Program.run(["search", "| makeresults | append [search a=1]"]).status == 2)
    }

    @Test("stat warns of what has no event a line, and tells damage beside a csv")
    func stat() throws {
        let array = folder.path + "/array.json"
        try Data("[\n{\"a\":1},\n{\"a\":2}\n]\n".utf8).write(to: URL(fileURLWithPath: array))
        let survey = try Program.run(["stat", "--format", "csv", array, folder.path + "/nothere"])
        #expect(survey.status == 1)
        #expect(survey.complaint.contains("jq -c '.[]'"), "\(survey.complaint)")
        #expect(survey.complaint.contains("1 not to be read"), "\(survey.complaint)")
    }

    /// What a hunt through a pipe comes to that gets signals while it waits, then the pipe's end, and what is in the folder then.
    ///
    /// - Parameter pause: in seconds, between the signals and the end.
    private func interrupted(by signals: [String], pause: String = "0.3") throws -> Program.Result {
        let script = """
            cd "$1" && mkfifo pipe || exit 9
            exec 3<>pipe
            "$0" search 'stats count by a' --output out pipe 3>&- & hunt=$!
            until ls .trawl-*.partial >/dev/null 2>&1; do kill -0 $hunt || exit 9; sleep 0.02; done
            sleep 0.3
            for signal in $2; do kill -$signal $hunt; done
            sleep $3
            exec 3>&-
            wait $hunt
            status=$?
            ls -A
            exit $status
            """
        return try Program.run(shell: script, [folder.path, signals.joined(separator: " "), pause])
    }

    @Test("a hangup ends a hunt as a termination does, with nothing left beside its output")
    func hangup() throws {
        let result = try interrupted(by: ["HUP"])
        #expect(result.status == 1, "\(result.output) \(result.complaint)")
        #expect(!result.output.contains(".partial"), "\(result.output)")
        #expect(result.complaint.contains("warning: out: holds whole records, but not all"), "\(result.complaint)")
        let told = try String(contentsOfFile: folder.path + "/out", encoding: .utf8)
        #expect(told.contains("{\"type\":\"unread\",\"archive\":\"pipe\"}"), "\(told)")
    }

    @Test("a stream that ends with the interrupt, as whoever writes into it is interrupted, too, is not whole")
    func interruptedPipeline() throws {
        let result = try interrupted(by: ["INT"], pause: "0")
        #expect(result.status == 1, "\(result.output) \(result.complaint)")
        let told = try String(contentsOfFile: folder.path + "/out", encoding: .utf8)
        #expect(told.contains("{\"type\":\"unread\",\"archive\":\"pipe\"}"), "\(told)")
        #expect(told.contains("\"interrupted\":true"), "\(told)")
    }

    @Test("two signals at once are one request, as timeout sends them to a process and to its group")
    func twoSignals() throws {
        let result = try interrupted(by: ["TERM", "INT"])
        #expect(result.status == 1, "\(result.output) \(result.complaint)")
        #expect(result.output == "a.jsonl\nempty\nout\npipe\n", "\(result.output)")
    }

    @Test("a file is read whole beside a standard input that stands somewhere within it", arguments: commands)
    func withinFile(command: [String]) throws {
        let script = """
            cd "$1" && shift && printf '{"a":1}\\n{"a":2}\\n' > a.jsonl
            { read first; "$0" "$@" - a.jsonl; } < a.jsonl
            """
        let result = try Program.run(shell: script, [folder.path] + command)
        #expect(result.output.contains("\"lines\":3"), "\(result.output) \(result.complaint)")
        #expect(result.status == 0)
    }

    @Test("an archive whose name is no UTF-8 is read", arguments: commands)
    func foreignName(command: [String]) throws {
        let script = #"""
            cd "$1" && shift
            for name in "$(printf 'x\377')" "$(printf 'x\376')" "$(printf 'x\303\274')"; do cp a.jsonl "$name"; done
            exec "$0" "$@" x*
            """#
        let result = try Program.run(shell: script, [folder.path] + command)
        #expect(result.status == 0, "\(result.complaint)")
        #expect(result.output.contains("\"archives\":3,"), "\(result.output)")
        #expect(result.output.contains("\"events\":9,"), "\(result.output)")
    }

    @Test(
        "another name that is no UTF-8 is refused, and said with its bytes",
        arguments: [
            ["hunt", "a.jsonl", "--rules"], ["hunt", "a.jsonl", "--macros"], ["hunt", "a.jsonl", "--lookups"],
            ["search", "a=1", "a.jsonl", "--output"], ["stat", "a.jsonl", "--schemas"], ["rules", "check"],
        ])
    func foreignNameOfOptions(command: [String]) throws {
        let script = #"""
            cd "$1" && shift
            exec "$0" "$@" "$(printf 'x\377.yml')"
            """#
        let result = try Program.run(shell: script, [folder.path] + command)
        #expect(result.status == 2)
        #expect(result.complaint.contains(#"x\xff.yml: this is no UTF-8"#), "\(result.complaint)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/x\u{FFFD}.yml"))
    }

    @Test("such a name behind an option and = is refused, too, and U+FFFD in a name is none")
    func foreignNameBehindEqualSign() throws {
        let joined = #"cd "$1" && exec "$0" search a=1 a.jsonl "--output=$(printf 'x\377')""#
        let refused = try Program.run(shell: joined, [folder.path])
        #expect(refused.status == 2)
        #expect(refused.complaint.contains(#"--output x\xff: this is no UTF-8"#), "\(refused.complaint)")
        let name = folder.path + "/x\u{FFFD}"
        let written = try Program.run(["search", "a=1", archive, "--output", name])
        #expect(written.status == 0 && FileManager.default.fileExists(atPath: name), "\(written.complaint)")
    }

    @Test("a rule file whose name is no UTF-8 is named as not read")
    func foreignNameOfARule() throws {
        let script = #"""
            cd "$1" && mkdir rules && printf 'a' > "rules/$(printf 'x\377.yml')" && mkdir "rules/$(printf 'y\376')"
            exec "$0" rules check rules
            """#
        let result = try Program.run(shell: script, [folder.path])
        #expect(result.status != 0)
        #expect(
            result.output.contains(#"rules/x\xff.yml"#) || result.complaint.contains(#"rules/x\xff.yml"#), "\(result)")
        #expect(result.output.contains(#"rules/y\xfe"#) || result.complaint.contains(#"rules/y\xfe"#), "\(result)")
    }

    @Test("rows and events that --limit withholds are told like other limits")
    func limit() throws {
        let search = ["search", "stats count by a", archive]
        let whole = try Program.run(search + ["--limit", "2"])
        #expect(whole.output.contains("\"limited\":0,") && whole.complaint.isEmpty)
        let cut = try Program.run(search + ["--limit", "1"])
        #expect(cut.status == 0)
        let reason = "\"reason\":\"rows behind the first 1 of 2 are left out, as asked for\""
        #expect(cut.output.contains(reason), "\(cut.output)")
        #expect(cut.output.contains("\"limited\":1,"))
        #expect(cut.complaint.contains("rows behind the first 1 of 2"))
        let events = try Program.run(["search", "a=2 | stats count", archive, "--events", "--limit", "1"])
        #expect(events.output.contains("matched events behind the first 1 are left out"), "\(events.output)")
        let all = try Program.run(["search", "a=2 | stats count", archive, "--events", "--limit", "2"])
        #expect(all.output.contains("\"limited\":0,"), "\(all.output)")
        let table = try Program.run(search + ["--limit", "1", "--format", "table"])
        #expect(table.output.contains("A limit was reached; the results are not all"), "\(table.output)")
    }
}
