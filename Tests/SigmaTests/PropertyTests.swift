import Matching
import Sigma
import TestRandom
import Testing
import YAML

@Suite("The compiled condition and a plain reading of the rule agree")
struct PropertyTests {
    private static let fields = ["a", "b", "c"]
    private static let letters = [
        "a", "B", "b", "-", "/", "\u{2014}", "1", "\u{e9}", "\u{c9}", "*", "?", "\\", " ", "_",
    ]

    private static func text(_ random: inout SeededGenerator, upTo count: Int) -> String {
        (0..<random.below(count + 1)).map { _ in random.pick(letters) }.joined()
    }

    private static func quoted(_ text: String) -> String { "'\(text)'" }

    private static func item(_ random: inout SeededGenerator) -> String {
        let field = random.below(8) == 0 ? "" : random.pick(fields)
        var modifiers: [String] = []
        var value: (inout SeededGenerator) -> String = { random in
            switch random.below(8) {
            case 0: return "\(random.below(20))"
            case 1: return "''"
            default: return quoted(text(&random, upTo: 4))
            }
        }
        switch random.below(field.isEmpty ? 2 : 6) {
        case 0, 1:
            modifiers = random.pick([
                ["contains"], ["startswith"], ["endswith"], ["windash"], ["windash", "contains"],
                ["contains", "cased"],
                ["cased"], ["neq"], ["contains", "neq"], [],
            ])
            if field.isEmpty { modifiers.removeAll { $0 == "neq" } }
        case 2:
            modifiers = ["exists"]
            value = { random in random.pick(["true", "false"]) }
        case 3:
            modifiers = [random.pick(["gt", "gte", "lt", "lte"])]
            value = { random in random.pick(["1", "11", "-1", "1.5"]) }
        case 4:
            modifiers =
                ["fieldref"] + random.pick([[], ["startswith"], ["endswith"], ["contains"], ["neq"], ["cased"]])
            value = { random in random.pick(fields) }
        default:
            value = { random in random.below(3) == 0 ? "null" : quoted(text(&random, upTo: 3)) }
        }
        let values = (0..<1 + random.below(3)).map { _ in value(&random) }
        if values.count > 1, modifiers != ["exists"], random.below(3) == 0 { modifiers.append("all") }
        return "\(quoted(([field] + modifiers).joined(separator: "|"))): [\(values.joined(separator: ", "))]"
    }

    private static func map(_ random: inout SeededGenerator) -> String {
        let items = (0..<1 + random.below(2)).map { _ in item(&random) }
        return "{\(items.joined(separator: ", "))}"
    }

    private static func detection(_ random: inout SeededGenerator) -> String {
        let names = ["s1", "s2", "t", "_u"]
        var lines = names.map { name -> String in
            switch random.below(4) {
            case 0: "\(name): [\(map(&random)), \(map(&random))]"
            case 1: "\(name): [\(quoted(text(&random, upTo: 2) + "a")), 1]"
            default: "\(name): \(map(&random))"
            }
        }
        lines.append(
            "condition: "
                + random.pick([
                    "s1", "s1 and not s2", "1 of s*", "all of s* or t", "not 1 of them", "2 of them",
                    "not (s1 or _u) and t",
                    "all of them", "[s1, t and _u]",
                ]))
        return lines.joined(separator: "\n")
    }

    private static func event(_ random: inout SeededGenerator) -> Event {
        var event = Event(fields: [:])
        for field in fields where random.below(5) > 0 {
            switch random.below(8) {
            case 0: event.fields[field] = .null
            case 1: event.fields[field] = .list((0..<random.below(3)).map { _ in .text(text(&random, upTo: 3)) })
            case 2: event.fields[field] = .text("\(random.below(20))")
            default: event.fields[field] = .text(text(&random, upTo: 5))
            }
        }
        return event
    }

    @Test("for random rules and random events", arguments: 0..<8)
    func randomRules(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var taken = 0
        var compared = 0
        for _ in 0..<150 {
            let text = Self.detection(&random)
            let rule: SigmaRule
            let compiled: CompiledSigma
            do {
                rule = try SigmaTests.rule(text)
                compiled = try SigmaCompiler().compile(rule, source: .logsource("any"))
            } catch let error as SigmaError {
                // Null does not go with modifiers that change a text, nor with keywords.
                #expect(error.reason.contains("null"), "\(error)\n\(text)")
                continue
            }
            let naive = NaiveRule(rule: rule)
            let simplified = compiled.plan.filter.simplified
            for _ in 0..<30 {
                let event = Self.event(&random)
                let expected = naive.takes(event)
                #expect(event.satisfies(compiled.plan.filter) == expected, "\(text)\n\(event)")
                #expect(event.satisfies(simplified) == expected, "simplified: \(text)\n\(event)")
                compared += 1
                if expected { taken += 1 }
            }
        }
        // Rules that nothing or everything satisfies would compare nothing.
        #expect(taken * 10 > compared && taken * 10 < compared * 9, "\(taken) of \(compared)")
    }
}
