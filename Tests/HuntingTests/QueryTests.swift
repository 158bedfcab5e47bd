import Foundation
import Testing

/// Queries over events, each in a text file: the search, the lines of the archive, the rows that must come out.
///
///     # search
///     EventID=1 | stats count by Image
///     # archive
///     {"EventID":1,...}
///     # rows
///     Image=a.exe | count=1
@Suite("Queries")
struct QueryTests {
    @Test("give the rows that their files say", arguments: try! files())
    func query(file: String) async throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var sections: [String: [String]] = [:]
        var section = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("# ") {
                section = String(line.dropFirst(2))
                sections[section] = []
            } else if !line.isEmpty {
                sections[section, default: []].append(line)
            }
        }
        let folder = try TemporaryFolder()
        let archive = try folder.write((sections["archive"] ?? []).joined(separator: "\n") + "\n", to: "a.jsonl")
        let search = try #require(sections["search"]).joined(separator: " ")
        for usesPrefilter in [true, false] {
            let report = try await hunt(try searchRule(search), in: [archive]) { $0.usesPrefilter = usesPrefilter }
            #expect(report.rules.first?.reason == nil)
            #expect(rows(report) == (sections["rows"] ?? []), "prefilter \(usesPrefilter)")
        }
    }

    private static func files() throws -> [String] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Queries").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }.sorted()
            .map { folder + "/" + $0 }
    }
}
