import Foundation
import Testing

@Suite("Generating and writing out schemas", .serialized)
struct GenerateCommandTests {
    private let scratch: ScratchFolder
    private var folder: URL { scratch.url }

    init() throws {
        scratch = try ScratchFolder()
    }

    private func made(_ arguments: [String]) throws -> (status: Int32, archives: [String], complaint: String) {
        let target = folder.appendingPathComponent(UUID().uuidString).path
        let result = try Program.run(
            ["generate", "--events", "40"] + arguments.map { $0 == "FOLDER" ? target : $0 })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
        return (result.status, names.filter { !$0.hasPrefix("expected") }.sorted(), result.complaint)
    }

    @Test("shapes and compressions stand before or behind the folder, with commas or one by one")
    func lists() throws {
        for arguments in [
            ["--shape", "nxlog,cim", "--compression", "none,gzip", "FOLDER"],
            ["FOLDER", "--shape", "nxlog", "--shape", "cim", "--compression", "none", "--compression", "gzip"],
        ] {
            let result = try made(arguments)
            #expect(result.status == 0, "\(result.complaint)")
            #expect(result.archives == ["001-nxlog-none.jsonl", "002-cim-gzip.jsonl.gz"])
        }
        for wrong in ["nxlog,", "odd"] {
            let result = try made(["--shape", wrong, "FOLDER"])
            #expect(result.status == 2 && result.complaint.contains("give one of nxlog, "), "\(result.complaint)")
        }
    }

    @Test("a size and a number of events are not given together")
    func sizes() throws {
        let result = try made(["--size", "1M", "FOLDER"])
        #expect(result.status == 2 && result.complaint.contains("--size and --events"), "\(result.complaint)")
        #expect(result.archives.isEmpty)
    }

    @Test("schemas are never written over files that differ")
    func schemas() throws {
        let target = folder.path + "/schemas"
        #expect(try Program.run(["schemas", target]).status == 0)
        #expect(try Program.run(["schemas", target]).status == 0)
        let edited = target + "/web.yml"
        try FileManager.default.removeItem(atPath: target + "/shapes.yml")
        try Data("dataset: Web.Web\nsources: []\n".utf8).write(to: URL(fileURLWithPath: edited))
        let result = try Program.run(["schemas", target])
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.complaint.hasPrefix("trawl: \(edited): is there and differs"), "\(result.complaint)")
        #expect(try String(contentsOfFile: edited, encoding: .utf8).hasPrefix("dataset: Web.Web\nsources: []"))
        #expect(!FileManager.default.fileExists(atPath: target + "/shapes.yml"))
    }

    @Test("the folders above are made, too; times that a hunt does not know are refused")
    func foldersAndTimes() throws {
        let deep = folder.path + "/a/b/c"
        #expect(try Program.run(["generate", "--events", "20", deep]).status == 0)
        #expect(FileManager.default.fileExists(atPath: deep + "/expected.trawl.jsonl"))
        for arguments in [["--start", "20000000000"], ["--start", "9223372000", "--duration", "100000"]] {
            let late = try Program.run(["generate", "--events", "20", folder.path + "/late"] + arguments)
            #expect(late.status == 2)
            #expect(late.complaint.contains("from 1970 to 2261"), "\(late.complaint)")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/late"))
        }
    }

    @Test("what is expected is no telemetry: a hunt through the folder leaves it alone, and says so")
    func expectations() throws {
        let target = folder.path + "/made"
        #expect(try Program.run(["generate", "--events", "20", "--archives", "1", target]).status == 0)
        let search = ["search", "near_miss OR kind=finding | stats count by kind"]
        let folder = try Program.run(search + [target])
        #expect(folder.status == 0)
        #expect(
            folder.output.contains("\"archives\":1,") && folder.output.contains("\"findings\":0,"), "\(folder.output)")
        #expect(
            folder.complaint.hasPrefix("trawl: note: \(target)/expected.trawl.jsonl: was written by trawl"),
            "\(folder.complaint)")
        #expect(folder.complaint.contains("(and 1 more like it)"), "\(folder.complaint)")
        let named = try Program.run(search + [target + "/expected.trawl.jsonl"])
        #expect(named.output.contains("\"kind\":\"finding\",\"count\":24"), "\(named.output)")
        #expect(named.complaint.isEmpty)
    }

    @Test(
        "a number out of range is told with its option",
        arguments: [
            ("--hosts", "0"), ("--users", "-1"), ("--archives", "0"), ("--findings", "-2"),
            ("--near-misses", "9999999"),
            ("--malformed", "-1"), ("--blank", "-1"), ("--duration", "0"), ("--start", "-5"), ("--threads", "0"),
            ("--events", "0"), ("--size", "9999T"),
        ])
    func ranges(option: String, value: String) throws {
        let result = try Program.run(["generate", option, value, folder.path + "/x"])
        #expect(result.status == 2)
        #expect(result.complaint.hasPrefix("trawl: \(option) \(value): give "), "\(result.complaint)")
    }

    @Test("an interrupt is told with the folder that is not whole")
    func interrupted() throws {
        let script = #"""
            "$0" generate --size 4G --compression none "$1" & job=$!
            until [ -n "$(ls -A "$1" 2>/dev/null)" ]; do kill -0 $job || exit 9; sleep 0.02; done
            kill -INT $job; wait $job; echo status $?
            """#
        let target = folder.path + "/part"
        let result = try Program.run(shell: script, [target])
        #expect(result.output == "status 2\n")
        #expect(result.complaint.contains("stopped: \(target) holds some of the archives only"), "\(result.complaint)")
    }
}
