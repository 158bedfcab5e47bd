import Archives
import Foundation
import Hunting
import Matching
import Schemas
import Sigma
import TestSupport
import Testing
import YAML

@Suite("Hostile events and rules")
struct HostileSigmaTests {
    private func rules(_ text: String) throws -> [HuntRule] {
        let file: SigmaFile
        do throws(YAMLError) {
            file = SigmaFile(try YAMLStream(Array(text.utf8), file: "rules.yml").documents, file: "rules.yml")
        } catch {
            file = SigmaFile(error)
        }
        return HuntRule.rules(of: SigmaCollection([file]), schema: testSchema)
    }

    private func rule(_ name: String, _ detection: String) -> String {
        "---\ntitle: \(name)\nid: \(name)\nname: \(name)\nlogsource: {product: windows, category: process_creation}\n"
            + "detection: \(detection)\n"
    }

    private func event(_ fields: String) -> String {
        #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational",\#(fields)}"# + "\n"
    }

    /// How many events each rule takes, those that it does not left out.
    private func hunt(_ rules: [HuntRule], _ lines: [String]) async throws -> (taken: [String: Int], report: HuntReport)
    {
        let folder = try TemporaryFolder()
        let archive = try folder.write(lines.joined(), to: "a.jsonl")
        var options = HuntOptions(now: .init(nanoseconds: 1_700_000_000_000_000_000))
        options.matchLimit = .max
        let hunter = try Hunter(rules: rules, schema: testSchema, options: options)
        let report = await hunter.run(try ArchiveLocator().locate(paths: [archive]))
        var taken: [String: Int] = [:]
        for match in report.matches.all { taken[match.rule.id, default: 0] += 1 }
        return (taken, report)
    }

    private func refusal(_ text: String) throws -> String? {
        for rule in try rules(text) {
            if case .refused(_, let reason) = rule.state { return reason }
        }
        return nil
    }

    // MARK: Events

    @Test("an event with thousands of fields is seen whole")
    func manyFields() async throws {
        let fields = (0..<5_000).map { #""f\#($0)":"v\#($0)""# }.joined(separator: ",")
        let text =
            rule("last", "{s: {f4999: V4999}, condition: s}") + rule("first", "{s: {f0|endswith: v0}, condition: s}")
            + rule("keyword", "{k: [v4321], condition: k}") + rule("missing", "{s: {f5000: null}, condition: s}")
            + rule("no", "{s: {f4999: v4998}, condition: s}")
        let taken = try await hunt(try rules(text), [event(fields), event(#""f0":"x""#)]).taken
        #expect(taken == ["last": 1, "first": 1, "keyword": 1, "missing": 2])
    }

    @Test("values of megabytes are searched to their ends")
    func longValues() async throws {
        let long = String(repeating: "lorem ipsum -x ", count: 200_000)
        let text =
            rule("end", "{s: {CommandLine|endswith: the end}, condition: s}")
            + rule("inside", "{s: {CommandLine|contains|all: ['needle', 'LOREM']}, condition: s}")
            + rule("expression", "{s: {CommandLine|re: 'n[e]{2}dle\\w*'}, condition: s}")
            + rule("wildcards", "{s: {CommandLine: 'lorem*?eedle*end'}, condition: s}")
            + rule("keyword", "{k: [needle], condition: k}")
            + rule("windash", "{s: {CommandLine|windash|contains: '/needle'}, condition: s}")
        let taken = try await hunt(
            try rules(text),
            [event(#""CommandLine":"\#(long) -needle the end""#), event(#""CommandLine":"\#(long)""#)]
        ).taken
        #expect(
            taken == ["end": 1, "inside": 1, "expression": 1, "wildcards": 1, "keyword": 1, "windash": 1])
    }

    @Test("arrays of arrays are their members, and what is nested too deep is malformed and told")
    func nestedArrays() async throws {
        let text = rule("member", "{s: {CommandLine: x}, condition: s}") + rule("keyword", "{k: [xx], condition: k}")
        func nested(_ depth: Int) -> String {
            event(
                #""CommandLine":\#(String(repeating: "[", count: depth))"x"\#(String(repeating: "]", count: depth)),"o":"xx""#
            )
        }
        let (taken, report) = try await hunt(
            try rules(text),
            [nested(1), nested(30), nested(900), nested(5_000), event(#""CommandLine":[[],[[],["y"]]]"#)])
        #expect(taken == ["member": 3, "keyword": 3])
        #expect(report.summary.malformed == 1)
        #expect(report.summary.events == 4)
    }

    // MARK: Regular expressions

    @Test("an expression that runs away is given up and told for its rules, and the others run")
    func runawayExpression() async throws {
        let text =
            rule("runaway", "{s: {CommandLine|re: '^(a|a|aa)+$'}, condition: s}")
            + rule("the same", "{s: {CommandLine|re: '^(a|a|aa)+$', Image: x}, condition: s}")
            + rule("other", "{s: {CommandLine|re: 'a+!'}, condition: s}")
            + "---\ntitle: counted\nid: counted\ncorrelation: {type: event_count, rules: [runaway], timespan: 1h,"
            + " condition: {gte: 1}, generate: true}\n"
        let all = try rules(text)
        let (taken, report) = try await hunt(
            all,
            [
                event(
                    #""CommandLine":"\#(String(repeating: "a", count: 60))!","Image":"x","UtcTime":"2024-05-01 10:00:00""#
                ),
                event(#""CommandLine":"aaa","UtcTime":"2024-05-01 10:00:00""#),
            ])
        #expect(taken == ["runaway": 1, "other": 1, "counted": 1])
        #expect(Set(report.limits.map(\.rule.id)) == ["runaway", "the same", "counted"])
        #expect(report.limits.allSatisfy { $0.reason.contains("given up") })
        // What one hunt gave up is not told of the next.
        let later = event(#""CommandLine":"aaa","UtcTime":"2024-05-01 10:00:00""#)
        #expect(try await hunt(all, [later]).report.limits.isEmpty)
    }

    @Test(
        "expressions that can't be compiled are refused at their place",
        arguments: [
            "(a", "a{2,1}", "(?<n>a)(?<n>b)(", #"\p{"#, "[z-a]", "(?P>x)", "((((a{60000}){60000}){60000}){60000})",
        ])
    func badExpressions(pattern: String) throws {
        let reason = try refusal(rule("bad", "{s: {CommandLine|re: '\(pattern)'}, condition: s}"))
        #expect(reason?.contains("detection.s.CommandLine|re") == true, "\(reason ?? "it is taken")")
    }

    // MARK: Rules

    @Test("thousands of values, selections and rules are as one")
    func largeRules() async throws {
        let values = (0..<5_000).map { "value\($0)x" }.joined(separator: ", ")
        let selections = (0..<2_000).map { "s\($0): {CommandLine|contains: sel\($0)y}" }.joined(separator: ", ")
        let either = (0..<2_000).map { "s\($0)" }.joined(separator: " or ")
        var text =
            rule("equal", "{s: {CommandLine: [\(values)]}, condition: s}")
            + rule("contained", "{s: {CommandLine|contains: [\(values)]}, condition: s}")
            + rule("not contained", "{s: {Image: i}, f: {CommandLine|contains: [\(values)]}, condition: s and not f}")
            + rule("keywords", "{k: [\(values)], condition: k}")
            + rule("selections", "{\(selections), condition: 1 of s*}")
            + rule("or", "{\(selections), condition: \(either)}")
        for number in 0..<500 {
            text += rule("one of many \(number)", "{s: {CommandLine|endswith: many\(number)}, condition: s}")
        }
        let taken = try await hunt(
            try rules(text),
            [
                event(#""CommandLine":"Value4999x","Image":"i""#), event(#""CommandLine":"a value17x","Image":"i""#),
                event(#""CommandLine":"value5000x","Image":"i""#), event(#""CommandLine":"-SEL1999y-""#),
                event(#""CommandLine":"many499""#),
            ]
        ).taken
        #expect(
            taken == [
                "equal": 1, "contained": 2, "not contained": 1, "keywords": 2, "selections": 1, "or": 1,
                "one of many 499": 1,
            ])
    }

    @Test("conditions nested as deep as they may be run, and deeper ones are refused")
    func deepConditions() async throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(a and not (", count: depth / 2) + "a" + String(repeating: "))", count: depth / 2)
        }
        let text = rule("deep", "{a: {Image: x}, condition: '\(nested(100))'}")
        #expect(try refusal(text) == nil)
        // a and not (a and not (... a)): with an even number of steps the innermost decides, and is true where a is.
        #expect(try await hunt(try rules(text), [event(#""Image":"x""#), event(#""Image":"y""#)]).taken == ["deep": 1])
        for bomb in [
            nested(102), nested(200_000), String(repeating: "(", count: 100_000), "20 of s*",
            String(repeating: "not ", count: 100_000),
        ] {
            let selections = (0..<60).map { "s\($0): {Image: x\($0)}" }.joined(separator: ", ")
            #expect(
                try refusal(rule("bomb", "{a: {Image: x}, \(selections), condition: '\(bomb)'}"))?
                    .contains("detection.condition") == true)
        }
    }

    @Test("YAML that swells, comes back to itself or is broken is refused, and tells where")
    func hostileYAML() throws {
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<9 {
            laughs +=
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        for (text, word) in [
            (laughs, "nodes"), ("a: &a [*a]\n", "alias"), ("a: &a {b: *a}\n", "alias"),
            (String(repeating: "[", count: 100_000), "nested"), ("title: \u{0}\n", "rules.yml"),
            ("title: [\n", "rules.yml"),
            ("- a\n- b\n", "mapping"), ("just text\n", "mapping"),
        ] {
            let reason = try refusal(text)
            #expect(reason?.contains(word) == true, "\(reason ?? "taken"): \(text.prefix(40))")
            #expect(reason?.hasPrefix("rules.yml:") == true)
        }
    }

    @Test("correlations of correlations end")
    func correlationBombs() throws {
        func correlation(_ name: String, _ rules: String) -> String {
            "---\ntitle: \(name)\nname: \(name)\ncorrelation: {type: temporal, rules: [\(rules)], timespan: 1m}\n"
        }
        let one = rule("c0", "{s: {Image: x}, condition: s}")
        let chain = one + (1...3_000).map { correlation("c\($0)", "c\($0 - 1)") }.joined()
        let deep = try rules(chain).compactMap { rule in
            if case .refused(_, let reason) = rule.state { reason } else { nil }
        }
        #expect(deep.count == 3_000 - 32)
        let doubling = one + (1...25).map { correlation("c\($0)", "c\($0 - 1), c\($0 - 1)") }.joined()
        #expect(try refusal(doubling)?.contains("correlation.rules") == true)
        let ring = (0..<2_000).map { correlation("c\($0)", "c\(($0 + 1) % 2_000)") }.joined()
        #expect(try rules(ring).count == 2_000)
    }
}
