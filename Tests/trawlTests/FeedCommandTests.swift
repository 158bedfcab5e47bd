import Foundation
import Testing

@Suite("What rules could see of archives, on the command line", .serialized)
struct FeedCommandTests {
    private let scratch: ScratchFolder
    private var folder: URL { scratch.url }

    init() throws {
        scratch = try ScratchFolder()
    }

    @Test("stat --rules tells which rules the archives could feed, and what the others lack")
    func statWithRules() throws {
        let rule = { (name: String, search: String) in
            "name: \(name)\nid: \(name)\ntype: TTP\nstatus: production\nsearch: '\(search)'\n"
        }
        let rules = folder.appendingPathComponent("rules")
        try FileManager.default.createDirectory(at: rules, withIntermediateDirectories: true)
        try scratch.write(rule("fed", "Channel=Security EventCode=4625 | stats count"), "rules/a.yml")
        try scratch.write(rule("unfed", "Channel=Security EventCode=1102 | stats count"), "rules/b.yml")
        try scratch.write(rule("refused", "Channel=Security | frobnicate"), "rules/c.yml")
        let archive = try scratch.write("{\"EventID\":4625,\"Channel\":\"Security\"}\n", "a.jsonl")
        let result = try Program.run(["stat", "--rules", rules.path, archive])
        #expect(result.status == 0)
        let feeds = result.output.split(separator: "\n").filter { $0.hasPrefix("{\"type\":\"feed\"") }
        #expect(feeds.map { $0.contains("\"status\":\"fed\",\"events\":1,") } == [true, false, false])
        #expect(feeds[1].contains("\"status\":\"not_fed\",\"events\":0,"))
        #expect(feeds[2].contains("\"status\":\"unsupported\""))
        #expect(result.output.contains("\"rules\":3,\"rules_fed\":1,"))
        let table = try Program.run(["stat", "--rules", rules.path, archive, "--format", "table"])
        #expect(table.output.contains("These archives could feed 1 of 3 rules; 1 can't run"), "\(table.output)")
        let csv = try Program.run(["stat", "--rules", rules.path, archive, "--format", "csv"])
        #expect(csv.output.hasPrefix("rule_id,rule_name,kind,status,events,"))
    }

    @Test("stat --rules tells of correlations, and of searches whose rows come from elsewhere")
    func statWithOtherRows() throws {
        let rules = folder.appendingPathComponent("rules")
        try FileManager.default.createDirectory(at: rules, withIntermediateDirectories: true)
        let rule = { (name: String, product: String) in
            "title: \(name)\nname: \(name)\nlogsource: {product: \(product), service: security}\n"
                + "detection: {s: {EventID: 4625}, condition: s}\n---\n"
        }
        let temporal = { (name: String, condition: String) in
            "title: \(name)\n"
                + "correlation: {type: temporal, rules: [base, other], timespan: 1h, condition: \(condition)}\n"
        }
        let other =
            "title: other\nname: other\nlogsource: {product: okta, service: okta}\n"
            + "detection: {s: {eventType: x}, condition: s}\n---\n"
        try scratch.write(
            rule("base", "windows") + other + temporal("either", "base or other") + "---\n"
                + temporal("both", "base and other")
                + "---\ntitle: counted\nlogsource: {product: windows, service: security}\n"
                + "detection: {s: {EventID: 4625}, condition: s | count() by Nobody > 1}\n", "rules/a.yml")
        try scratch.write(
            "name: table\nid: table\ntype: TTP\nstatus: production\nsearch: '| makeresults | eval a=1'\n",
            "rules/b.yml")
        let archive = try scratch.write(
            "{\"EventID\":4625,\"Channel\":\"Security\",\"IpAddress\":\"::1\"}\n", "a.jsonl")
        let result = try Program.run(["stat", "--rules", rules.path, archive])
        var told: [String: String] = [:]
        for line in result.output.split(separator: "\n") {
            let record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            guard let rule = record["rule"] as? [String: Any], let name = rule["name"] as? String else { continue }
            told[name] = record["status"] as? String
        }
        #expect(
            told == [
                "base": "fed", "other": "not_fed", "either": "fed", "both": "not_fed", "counted": "not_fed",
                "table": "fed",
            ])
    }

    @Test("matching events that the time range leaves out are told, and no rule is blamed for finding nothing")
    func outOfRange() throws {
        let rule = try scratch.write(
            "title: t\nid: t\nlogsource: {product: windows, service: security}\n"
                + "detection: {s: {EventID: 4625}, condition: s}\n", "t.yml")
        let line = #"{"EventID":4625,"Channel":"Security","@timestamp":"2024-05-01T00:00:00Z"}"#
        let archive = try scratch.write(line + "\n" + line + "\n", "a.jsonl")
        let arguments = ["hunt", "--rules", rule, archive, "--earliest", "2025-01-01"]
        let result = try Program.run(arguments)
        #expect(result.output.contains("\"matched_events\":0,"))
        #expect(result.output.contains("\"out_of_range\":2,"))
        #expect(!result.complaint.contains("could be found"), "\(result.complaint)")
        let table = try Program.run(arguments + ["--rule-status", "--format", "table"])
        #expect(table.output.contains("2 events that matched, left out by the time range"), "\(table.output)")
        #expect(table.output.contains("no event in the time range is of its"), "\(table.output)")
    }
}
