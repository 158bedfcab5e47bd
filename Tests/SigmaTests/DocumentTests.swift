import Sigma
import Testing
import YAML

@Suite("Documents are read as what they say they are")
struct DocumentTests {
    @Test("a rule has all that it says about itself")
    func header() throws {
        let file = try read(
            """
            title: Odd shell
            id: 7f4b5a60-0000-4000-8000-000000000001
            name: odd_shell
            status: experimental
            level: high
            description: |
              Two
              lines.
            license: MIT
            author: Ada, Bob
            date: 2024-01-02
            modified: 2024-02-03
            references: [https://example.org/a, https://example.org/b]
            tags: [attack.execution, attack.t1059.001]
            fields: [CommandLine]
            falsepositives: Unknown
            related:
              - {id: 7f4b5a60-0000-4000-8000-000000000002, type: derived}
            logsource:
              product: windows
              category: process_creation
              definition: needs command lines
            detection:
              selection: {Image|endswith: '\\sh.exe'}
              condition: selection
            """)
        #expect(file.failures.isEmpty && file.notes.isEmpty)
        guard case .rule(let rule) = file.documents.first else {
            Issue.record("no rule")
            return
        }
        let header = rule.header
        #expect(header.title == "Odd shell" && header.name == "odd_shell" && header.status == .experimental)
        #expect(header.level == .high && header.description == "Two\nlines.\n" && header.license == "MIT")
        #expect(header.author == "Ada, Bob" && header.date == "2024-01-02" && header.modified == "2024-02-03")
        #expect(header.references.count == 2 && header.tags == ["attack.execution", "attack.t1059.001"])
        #expect(header.fields == ["CommandLine"] && header.falsePositives == ["Unknown"])
        #expect(header.related == [SigmaRelation(id: "7f4b5a60-0000-4000-8000-000000000002", type: "derived")])
        #expect(header.identifier == "7f4b5a60-0000-4000-8000-000000000001")
        #expect(rule.logsource.name == "product=windows category=process_creation")
        #expect(rule.logsource.definition == "needs command lines")
    }

    @Test("one bad document does not spoil the others")
    func severalDocuments() throws {
        let file = try read(
            ruleText("selection: {a: 1}\ncondition: selection") + "---\n" + ruleText("a: {b: 1}\ncondition: nothing")
                + "---\n" + ruleText("keywords: [x]\ncondition: keywords"))
        #expect(file.documents.count == 2)
        #expect(file.failures.map(\.error.path) == ["detection.condition"])
        #expect(file.failures.first?.error.mark.line == 11)
    }

    @Test("a status or a level that is none is noted, and the rule is read")
    func unknownWords() throws {
        let file = try read("status: good\nlevel: 5\n" + ruleText("a: {b: 1}\ncondition: a"))
        #expect(file.documents.count == 1)
        #expect(file.notes.map(\.path) == ["status", "level"])
    }

    @Test("a status and a level may be written with capitals")
    func capitals() throws {
        let file = try read("status: Experimental\nlevel: High\n" + ruleText("a: {b: 1}\ncondition: a"))
        #expect(file.notes.isEmpty)
        #expect(file.documents.first?.header.status == .experimental)
        #expect(file.documents.first?.header.level == .high)
    }

    @Test("a median is a percentile that is not named, and a bound may stand in quotation marks")
    func median() throws {
        let text = "{type: value_median, rules: [a], timespan: 1h, condition: {field: b, gte: '2'}}"
        let file = try read("title: t\ncorrelation: " + text)
        guard case .correlation(let correlation)? = file.documents.first else {
            Issue.record("no correlation was read: \(file.failures)")
            return
        }
        #expect(correlation.kind == .valuePercentile && correlation.condition.percentile == nil)
        #expect(correlation.condition.bounds.map(\.value) == [2])
    }

    @Test("a value that looks like a placeholder is noted where nothing fills it in, and is text")
    func placeholders() throws {
        let file = try read(
            ruleText(
                """
                a:
                    user: ['%admins%', '%TEMP%', 'a%b%', '100%', '%%1936', '%no name%']
                    group|all: ['%dc-machines%']
                    image|contains: '%vendor%'
                    path|expand: '%servers%'
                    line|re: '%x%'
                condition: a
                """))
        #expect(file.failures.isEmpty)
        #expect(file.notes.map(\.path) == ["detection.a.user", "detection.a.group|all"])
        #expect(file.notes.map { $0.reason.contains("user|expand") } == [true, false])
    }

    @Test(
        "what is missing is told by its key",
        arguments: [
            ("logsource: {product: a}", "detection"),
            ("detection: {a: {b: 1}, condition: a}", "logsource"),
            ("logsource: {definition: x}\ndetection: {a: {b: 1}, condition: a}", "logsource"),
            ("logsource: {product: a}\ndetection: {a: {b: 1}}", "detection.condition"),
            ("logsource: {product: a}\ndetection: {condition: a}", "detection"),
            ("logsource: {product: a}\ndetection: [a]", "detection"),
            ("logsource: a\ndetection: {a: {b: 1}, condition: a}", "logsource"),
            ("logsource: {product: [a]}\ndetection: {a: {b: 1}, condition: a}", "logsource.product"),
            ("logsource: {product: a}\ndetection: {a: {b: 1}, condition: []}", "detection.condition"),
            ("logsource: {product: a}\ndetection: {a: {b: 1}, condition: {x: y}}", "detection.condition"),
            ("logsource: {product: a}\ndetection: {a: {b: 1}, condition: a, timeframe: soon}", "detection.timeframe"),
            ("taxonomy: other\nlogsource: {product: a}\ndetection: {a: {b: 1}, condition: a}", "taxonomy"),
        ])
    func missing(text: String, path: String) throws {
        let file = try read("title: x\n" + text)
        #expect(file.failures.map(\.error.path) == [path])
    }

    /// The titles of rules, and of failures with their places, in a text that is not all YAML.
    private func recovered(_ text: String) -> (rules: [String], failures: [String]) {
        let file = SigmaFile(YAMLStream.parts(of: Array(text.utf8), file: "rules.yml").parts, file: "rules.yml")
        return (
            file.documents.map(\.header.title),
            file.failures.map { "\($0.header.displayName) \($0.error.mark.line)" }
        )
    }

    @Test("an error of syntax loses the document that it is in, and no other")
    func brokenDocument() {
        let good = "logsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\n"
        let broken = recovered("title: 1\n\(good)---\ntitle: 2\n detection: [\n---\ntitle: 3\n\(good)")
        #expect(broken.rules == ["1", "3"])
        #expect(broken.failures == ["rules.yml:6 6"])
        // What a document would take over from a broken one is not guessed.
        let repeated = recovered("title: 1\n\(good)---\na: [\n---\naction: repeat\ntitle: 3\n---\ntitle: 4\n\(good)")
        #expect(repeated.rules == ["1", "4"])
        #expect(repeated.failures.map { $0.suffix(2) } == [" 6", " 7"])
        let global = recovered("a: [\naction: global\n---\ntitle: 2\n\(good)---\naction: reset\n---\ntitle: 3\n\(good)")
        #expect(global.rules == ["3"])
        #expect(global.failures.count == 2)
    }

    @Test("global documents give the others what these lack")
    func globalDocuments() throws {
        let file = try read(
            """
            action: global
            title: both
            logsource: {product: linux}
            detection:
              condition: selection
            ---
            id: one
            detection:
              selection: {a: 1}
            ---
            id: two
            title: own
            detection:
              selection: {a: 2}
            ---
            action: repeat
            id: three
            logsource: {service: sshd}
            ---
            action: reset
            ---
            id: four
            detection: {selection: {a: 3}, condition: selection}
            """)
        #expect(file.documents.map(\.header.identifier) == ["one", "two", "three"])
        #expect(file.documents.map(\.header.title) == ["both", "own", "own"])
        guard case .rule(let third) = file.documents.last else {
            Issue.record("no rule")
            return
        }
        #expect(third.logsource.product == "linux" && third.logsource.service == "sshd")
        #expect(file.failures.map(\.error.path) == ["logsource"])
    }

    @Test("a correlation has its rules, window and condition")
    func correlation() throws {
        let file = try read(
            """
            title: many
            correlation:
              type: value_count
              rules: [first, second]
              group-by: [user, host]
              timespan: 15m
              condition: {field: [a, b], gte: 10, lt: 20}
              aliases:
                user: {first: SubjectUserName, second: TargetUserName}
              generate: true
            """)
        guard case .correlation(let correlation) = file.documents.first else {
            Issue.record("\(file.failures)")
            return
        }
        #expect(correlation.kind == .valueCount && correlation.rules.map(\.reference) == ["first", "second"])
        #expect(correlation.groupBy == ["user", "host"] && correlation.timespan == 900_000_000_000)
        #expect(correlation.condition.fields == ["a", "b"] && correlation.generates)
        #expect(correlation.condition.bounds.count == 2 && correlation.condition.holds(10))
        #expect(!correlation.condition.holds(20))
        #expect(correlation.field("user", in: CorrelatedRule("second")) == "TargetUserName")
        #expect(correlation.field("host", in: CorrelatedRule("second")) == "host")
    }

    @Test(
        "a correlation that is none is told by its key",
        arguments: [
            ("{type: often, rules: [a], timespan: 1h, condition: {gte: 1}}", "correlation.type"),
            ("{rules: [a], timespan: 1h, condition: {gte: 1}}", "correlation.type"),
            ("{type: event_count, timespan: 1h, condition: {gte: 1}}", "correlation.rules"),
            ("{type: event_count, rules: [a], condition: {gte: 1}}", "correlation.timespan"),
            ("{type: event_count, rules: [a], timespan: 1x, condition: {gte: 1}}", "correlation.timespan"),
            ("{type: event_count, rules: [a], timespan: 0s, condition: {gte: 1}}", "correlation.timespan"),
            (
                "{type: event_count, rules: [a], timespan: 99999999999999999d, condition: {gte: 1}}",
                "correlation.timespan"
            ),
            ("{type: event_count, rules: [a], timespan: 1h}", "correlation.condition"),
            ("{type: event_count, rules: [a], timespan: 1h, condition: {most: 1}}", "correlation.condition.most"),
            ("{type: event_count, rules: [a], timespan: 1h, condition: {gte: many}}", "correlation.condition.gte"),
            ("{type: value_sum, rules: [a], timespan: 1h, condition: {gte: 1}}", "correlation.condition"),
            (
                "{type: value_sum, rules: [a], timespan: 1h, condition: {field: [a, b], gte: 1}}",
                "correlation.condition.field"
            ),
            (
                "{type: value_percentile, rules: [a], timespan: 1h, condition: {field: a, percentile: 101, gte: 1}}",
                "correlation.condition.percentile"
            ),
            ("{type: temporal, rules: [a], timespan: 1h, condition: a and b}", "correlation.condition"),
        ])
    func invalidCorrelation(section: String, path: String) throws {
        let file = try read("title: x\ncorrelation: \(section)\n")
        #expect(file.failures.map(\.error.path) == [path])
    }

    @Test("a filter is for the rules it names whose logsource holds its own")
    func filter() throws {
        let text = """
            title: adm
            logsource: {category: process_creation}
            filter:
              rules: [odd]
              selection: {User|startswith: adm_}
              condition: not selection
            """
        guard case .filter(let filter) = try read(text).documents.first else {
            Issue.record("no filter")
            return
        }
        var rule = try rule("a: {b: 1}\ncondition: a")
        #expect(!filter.applies(to: rule))
        rule.header.name = "odd"
        #expect(filter.applies(to: rule))
        rule.logsource.category = "image_load"
        #expect(!filter.applies(to: rule))
        let any = text.replacing("[odd]", with: "any")
        guard case .filter(let general) = try read(any).documents.first else {
            Issue.record("no filter")
            return
        }
        #expect(general.target == .any)
        #expect(try read(text.replacing("  rules: [odd]\n", with: "")).failures.map(\.error.path) == ["filter.rules"])
    }
}
