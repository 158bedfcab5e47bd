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
    @Test("give the rows that their files say", arguments: try! files("Queries"))
    func query(file: String) async throws {
        let text = try SectionedFile(file, required: ["search", "archive", "rows"])
        let folder = try TemporaryFolder()
        let archive = try folder.write(text.lines("archive").joined(separator: "\n") + "\n", to: "a.jsonl")
        let search = text.lines("search").joined(separator: " ")
        for usesPrefilter in [true, false] {
            let report = try await hunt(try searchRule(search), in: [archive]) { $0.usesPrefilter = usesPrefilter }
            #expect(report.rules.map(\.reason) == [nil])
            #expect(rows(report) == text.lines("rows"), "prefilter \(usesPrefilter)")
        }
    }
}
