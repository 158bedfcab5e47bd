import Foundation
import Testing

@Suite("Rule files that can't be read", .serialized)
struct RuleFileTests {
    private let scratch: ScratchFolder
    private var folder: URL { scratch.url }
    private var rules: String { folder.path + "/rules" }
    private var archive: String { folder.path + "/a.jsonl" }

    init() throws {
        scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            at: scratch.url.appendingPathComponent("rules"), withIntermediateDirectories: true)
        try scratch.write("{\"EventID\":4625,\"Channel\":\"Security\"}\n", "a.jsonl")
        try scratch.write(
            detection("good", "Channel=Security EventCode=4625 | stats count by EventCode"), "rules/good.yml")
        try scratch.write("name: [\n", "rules/cut.yml")
        try scratch.write("name: x\nknown_false_positives: none\n", "rules/searchless.yml")
    }

    private func detection(_ name: String, _ search: String) -> String {
        "name: \(name)\nid: \(name)\ntype: TTP\nstatus: production\nsearch: '\(search)'\n"
    }

    @Test("are rules that do not run, each with its reason, and counted")
    func records() throws {
        let result = try Program.run(["hunt", "--rules", rules, archive, "--rule-status"])
        #expect(result.status == 0)
        let records = result.output.split(separator: "\n").filter { $0.hasPrefix("{\"type\":\"rule\"") }
        #expect(records.count == 3)
        for name in ["cut", "searchless"] {
            let record = records.first { $0.contains("/\(name).yml") }
            #expect(record?.contains("\"status\":\"invalid\",\"reason\":\"\(rules)/\(name).yml:") == true, "\(records)")
        }
        #expect(result.output.contains("\"invalid\":2,"))
        let good = records.first { $0.contains("\"name\":\"good\"") }
        let coverage = "\"coverage\":\"evaluated\",\"gated_events\":1,\"fields\":{\"Channel\":1,\"EventCode\":1}"
        #expect(good?.contains(coverage) == true, "\(records)")
        let plain = try Program.run(["hunt", "--rules", rules, archive])
        #expect(plain.complaint.contains("2 rules can't run"), "\(plain.complaint)")
    }

    @Test("a path without anything gives status 1 beside rules that run, else 2")
    func missingPath() throws {
        let missing = folder.path + "/nothere"
        let beside = try Program.run(["hunt", "--rules", missing, "--rules", rules, archive])
        #expect(beside.status == 1)
        #expect(beside.output.contains("\"type\":\"finding\""))
        #expect(beside.complaint.contains("\(missing): can't be found"))
        #expect(try Program.run(["hunt", "--rules", missing, archive]).status == 2)
        #expect(try Program.run(["stat", "--rules", missing, "--rules", rules, archive]).status == 1)
        #expect(try Program.run(["rules", "check", missing]).status == 2)
        #expect(try Program.run(["rules", "check", missing, rules + "/good.yml"]).status == 1)
        #expect(try Program.run(["rules", "check", rules + "/cut.yml"]).status == 1)
    }

    @Test(
        "a named file that is no rule is told as what it is",
        arguments: [
            ("index=main foo | stats count\n", "q.spl", "is no rule: a rule is a YAML document with the key search"),
            ("", "empty.yml", "is empty: there is no rule in it"),
            ("{\"a\":1}\n{\"a\":2}\n", "archive.jsonl", "; rules are YAML files, and archives are named without"),
            ("{\"a\":1}\n", "one.jsonl", "holds no rule but a document with none of the keys"),
        ])
    func noRule(text: String, name: String, reason: String) throws {
        try scratch.write(text, name)
        let path = folder.path + "/" + name
        let result = try Program.run(["hunt", "--rules", path, archive])
        #expect(result.status == 2)
        #expect(result.complaint.contains(reason), "\(result.complaint)")
        #expect(result.complaint.hasSuffix("trawl: no rule was found in \(path)\n"), "\(result.complaint)")
        let beside = try Program.run(["hunt", "--rules", path, "--rules", rules, archive])
        #expect(beside.complaint.contains(reason) && beside.output.contains("\"type\":\"finding\""))
    }

    @Test("stat --rules goes on where a rule is over the risk of others")
    func risk() throws {
        try scratch.write(
            detection("risky", "| tstats count from datamodel=Risk.All_Risk by All_Risk.risk_object"), "risk.yml")
        let alone = try Program.run(["stat", "--rules", folder.path + "/risk.yml", archive])
        #expect(alone.status == 0, "\(alone.complaint)")
        #expect(alone.output.contains("\"status\":\"not_fed\",\"events\":0,\"reason\":\"findings of other rules"))
        let beside = try Program.run(["stat", "--rules", folder.path + "/risk.yml", "--rules", rules, archive])
        #expect(beside.output.contains("\"rules\":4,\"rules_fed\":2,"), "\(beside.output)")
    }
}
