import Testing

@Suite("A pattern that runs away")
struct PatternLimitTests {
    private let lines = [
        #"{"EventID":1,"Channel":"c","Text":"\#(String(repeating: "a", count: 60))!"}"#,
        #"{"EventID":1,"Channel":"c","Text":"aa"}"#,
    ]

    @Test(
        "is given up and told, where the events are and after a grouping",
        arguments: [
            #"EventID=1 | rex field=Text "^(?<found>(a|a|aa)+)$" | stats count by found"#,
            #"EventID=1 | regex Text="^(a|a|aa)+$" | stats count by Text"#,
            #"EventID=1 | stats count by Text | rex field=Text mode=sed "s/^(a|a|aa)+$/x/" | where Text="x""#,
        ])
    func givenUp(search: String) async throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl")
        let report = try await hunt(try searchRule(search), in: [archive])
        #expect(rows(report).count == 1)
        #expect(report.limits.count == 1)
        #expect(report.limits.first?.reason.contains("given up") == true)
    }

    @Test("of another rule is not told of one whose patterns end")
    func others() async throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl")
        let report = try await hunt(try searchRule(#"EventID=1 | regex Text="^a+$" | stats count"#), in: [archive])
        #expect(report.limits.isEmpty)
    }
}
