import Foundation
import Testing

@Suite("Generating and writing out schemas", .serialized)
struct GenerateCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
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
}
