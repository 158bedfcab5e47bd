import TestRandom
import Testing

@testable import Matching

@Suite("A prefilter that is fitted to a text")
struct PrefilterPlanTests {
    private static let names = [
        "EventID", "EventCode", "event_id", "action", "ActionType", "process", "process_name", "Value", "#text",
        "dest_ip",
        "uid", "registry_path", "sourcetype", "event_simpleName",
    ]

    private static let values = ["1", "\"2\"", "\"exec\"", "null", "\"\"", "\"\\u0031\"", "{\"a\":1}"]

    private func keys(_ names: [String], _ texts: [String]?) -> KeyRequirement {
        var keys = KeyRequirement()
        for name in names {
            let isTaken = keys.insert(name, texts: texts)
            #expect(isTaken)
        }
        return keys
    }

    private func decision(_ plan: PrefilterPlan, _ text: String) -> Prefilter.Decision {
        Array(text.utf8).withUnsafeBytes { plan.decision(fitting: TextSample($0)) }
    }

    private func fit(_ fitted: inout FittedPrefilter, _ text: String) {
        Array(text.utf8).withUnsafeBytes { fitted.fit(to: $0) }
    }

    /// Lines of which one in `every` has a wanted value.
    private func text(every: Int, _ count: Int = 300) -> String {
        let filler = String(repeating: "nothing of interest; ", count: 100)
        return (0..<count)
            .map { "{\"EventID\":\($0.isMultiple(of: every) ? 1 : 7),\"Message\":\"\(filler)\"}\n" }.joined()
    }

    @Test("looks for something else where the usual pairs are common")
    func otherPlaces() throws {
        let plan = PrefilterPlan(.nothing, keys: keys(["action", "uid"], ["x"]))
        guard case .prefilter(let usual) = plan.decision else { throw NoPrefilter() }
        let common = usual.target.pairs.map { pair in
            String(
                decoding: [pair.first] + Array(repeating: 0x2E, count: Int(pair.distance) - 1) + [pair.second],
                as: UTF8.self)
        }
        #expect(!common.isEmpty)
        let line = "{\"Message\":\"" + String(repeating: common.joined(separator: " "), count: 20) + "\"}\n"
        let text = Array(String(repeating: line, count: 500).utf8)
        try text.withUnsafeBytes { text in
            let sample = TextSample(text)
            guard case .prefilter(let fitted) = plan.decision(fitting: sample) else { throw NoPrefilter() }
            #expect(fitted.isSampled)
            #expect(sample.share(of: fitted.target) * 10 < sample.share(of: usual.target))
            for line in [#"{"action":"x"}"#, #"{"uid":"X"}"#] { #expect(fitted.finds(line)) }
            #expect(!fitted.finds(#"{"action":"y","uid":"z"}"#))
        }
    }

    @Test("lets the same lines pass, whatever it was fitted to", arguments: [1, 2, 3, 4, 5, 6])
    func sameLines(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var admitted = 0
        var heldBack = 0
        for _ in 0..<60 {
            let wanted = keys(
                Self.names.filter { _ in random.once(in: 2) } + ["EventID"], random.once(in: 4) ? nil : ["1", "exec"])
            let other = Array((0..<50).map { _ in line(&random) + "\n" }.joined().utf8)
            let keys = GateKeys(wanted)
            guard let usual = KeyGate(keys, share: { ByteStatistics.telemetry.share(of: $0) }) else { continue }
            let fitted = other.withUnsafeBytes { text in
                let sample = TextSample(text)
                return [KeyGate(keys) { sample.share(of: $0) ?? 1 }, KeyGate(keys, words: sample)].compactMap(\.self)
            }
            for _ in 0..<40 {
                let line = line(&random)
                let (passing, expected) = Array(line.utf8).withUnsafeBytes { line in
                    (fitted.map { $0.admits(line) }, usual.admits(line))
                }
                #expect(passing.allSatisfy { $0 == expected }, "\(line)")
                if expected { admitted += 1 } else { heldBack += 1 }
            }
        }
        #expect(admitted > 100)
        #expect(heldBack > 100)
    }

    @Test("looks for keys and literals at once where some searches ask for common events", arguments: [11, 12, 13, 14])
    func mixed(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let literals = ["Run\\Once", "mscfile", "AppX82a6", "whoami", "Facebook_Assistant"]
        var (admitted, heldBack, mixed, bound) = (0, 0, 0, 0)
        for _ in 0..<40 {
            let requirements = (0..<Int.random(in: 2...5, using: &random)).map { number in
                let pattern = WildcardPattern("*\(random.pick(literals))*", isCaseSensitive: random.once(in: 4))
                let literal = LiteralRequirement(.field("x", .equals(pattern))) { _ in [] }
                let own = keys([random.pick(Self.names)], random.once(in: 4) ? nil : ["\(number)", "exec"])
                return LineRequirement(
                    literals: number == 0 ? .nothing : literal, keys: number > 0 && random.once(in: 3) ? nil : own)
            }
            // Where literals are frequent, too, only those beside a key are worth a line.
            let isFrequent = random.once(in: 2)
            let lines = (0..<300).map { _ in
                isFrequent && random.once(in: 2) ? line(beside: random.pick(literals), &random) : line(&random)
            }
            let text = Array(lines.map { $0 + "\n" }.joined().utf8)
            let mix = try #require(MixedRequirement(requirements, statistics: .telemetry))
            let gates = text.withUnsafeBytes { mix.gates(fitting: TextSample($0)) }
            mixed += gates.count { $0.hasLiterals || $0.bond != nil }
            bound += gates.count { $0.bond != nil }
            for _ in 0..<60 {
                let found = random.pick(literals)
                let spelled = random.pick([found, found.uppercased(), String(found.dropLast())])
                var line = random.once(in: 2) ? line(beside: spelled, &random) : line(&random)
                if random.once(in: 10) { line = "{\"y\":\"&#x61;\",\"z\":\"\\u0057hoami\"}" }
                let bytes = Array(line.utf8)
                let isWanted = bytes.withUnsafeBytes { bytes in
                    requirements.contains { requirement in
                        if case .nothing = requirement.literals {
                        } else if !mayHold(requirement.literals, bytes) {
                            return false
                        }
                        return requirement.keys.map { passes($0, bytes) } ?? true
                    }
                }
                for gate in gates {
                    let isAdmitted = bytes.withUnsafeBytes { gate.admits($0) }
                    if isWanted { #expect(isAdmitted, "\(line) is held back: \(requirements)") }
                    if isAdmitted { admitted += 1 } else { heldBack += 1 }
                }
            }
        }
        #expect(mixed > 10 && bound > 3)
        #expect(admitted > 100)
        #expect(heldBack > 100)
    }

    private func passes(_ keys: KeyRequirement, _ line: UnsafeRawBufferPointer) -> Bool {
        KeyGate(GateKeys(keys)) { ByteStatistics.telemetry.share(of: $0) }?.admits(line) ?? true
    }

    /// Whether a line satisfies a requirement as it is written, or may hide that it does.
    private func mayHold(_ literals: LiteralRequirement, _ line: UnsafeRawBufferPointer) -> Bool {
        switch literals {
        case .nothing: return true
        case .impossible: return false
        case .literal(let literal):
            let text = String(decoding: line, as: UTF8.self)
            if text.contains("\\u0057") || text.contains("&#") { return true }
            return literal.isCaseSensitive ? text.contains(literal.text) : text.lowercased().contains(literal.text)
        case .all(let parts): return parts.allSatisfy { mayHold($0, line) }
        case .any(let parts): return parts.contains { mayHold($0, line) }
        }
    }

    @Test("mixes nothing where a search asks for neither keys nor literals, or all ask for the same keys")
    func unmixed() {
        let literal = LiteralRequirement(.rawText(WildcardPattern("whoami"))) { _ in [] }
        let one = keys(["EventID"], ["1"])
        let unknown = LineRequirement(literals: .nothing, keys: nil)
        let keyed = LineRequirement(literals: literal, keys: one)
        let raw = LineRequirement(literals: literal, keys: nil)
        #expect(MixedRequirement([keyed, unknown], statistics: .telemetry) == nil)
        #expect(MixedRequirement([keyed, keyed], statistics: .telemetry) == nil)
        #expect(MixedRequirement([keyed, raw], statistics: .telemetry) != nil)
    }

    private func line(beside text: String, _ random: inout SeededGenerator) -> String {
        "{\"y\":\"\(text.replacing("\\", with: "\\\\"))\",\(line(&random).dropFirst())"
    }

    private func line(_ random: inout SeededGenerator) -> String {
        let members = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            "\"\(random.pick(Self.names))\":\(random.pick(Self.values))"
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    @Test("parses every line where most of them pass, and no longer where few do")
    func everyLine() {
        var fitted = FittedPrefilter(PrefilterPlan(.nothing, keys: keys(["EventID"], ["1"])))
        #expect(fitted.current != nil)
        let dense = text(every: 1)
        fit(&fitted, dense)
        #expect(fitted.current == nil)
        let rare = text(every: 1000)
        // What was chosen stays for a while.
        fit(&fitted, rare)
        #expect(fitted.current == nil)
        fitted.note(bytes: 64 << 20, candidates: 0, lines: 1 << 15, parsed: 0)
        fit(&fitted, rare)
        #expect(fitted.current?.isSampled == true)
    }

    @Test("is not chosen anew as long as scanning takes what was expected")
    func steady() {
        var fitted = FittedPrefilter(PrefilterPlan(.nothing, keys: keys(["EventID"], ["1"])))
        fit(&fitted, text(every: 1000))
        #expect(fitted.current != nil)
        fitted.note(bytes: 64 << 20, candidates: 0, lines: 1 << 15, parsed: 0)
        fit(&fitted, text(every: 1))
        #expect(fitted.current != nil)
        fitted.note(bytes: 64 << 20, candidates: 1 << 20, lines: 1 << 19, parsed: 1 << 19)
        fit(&fitted, text(every: 1))
        #expect(fitted.current == nil)
    }

    @Test("is taken over from another worker where it promises as much, and only there")
    func shared() throws {
        let plan = PrefilterPlan(.nothing, keys: keys(["EventID"], ["1"]))
        let (rare, dense) = (text(every: 1000), text(every: 1))
        var (first, second, third) = (FittedPrefilter(plan), FittedPrefilter(plan), FittedPrefilter(plan))
        fit(&first, rare)
        fit(&second, rare)
        fit(&third, dense)
        let chosen = try #require(first.current?.gate)
        let taken = try #require(second.current?.gate)
        #expect(chosen.isSame(as: taken))
        #expect(third.current == nil)
        var other = FittedPrefilter(PrefilterPlan(.nothing, keys: keys(["EventID"], ["1"])))
        fit(&other, rare)
        #expect(try !chosen.isSame(as: #require(other.current?.gate)))
    }

    @Test("is left as it is by texts too short to tell, and where every line is to be parsed whatever it holds")
    func unfitted() {
        var fitted = FittedPrefilter(PrefilterPlan(.nothing, keys: keys(["EventID"], ["1"])))
        fit(&fitted, "{\"EventID\":1}\n")
        #expect(fitted.current?.isSampled == false)
        var none = FittedPrefilter(nil)
        fit(&none, text(every: 1000))
        #expect(none.current == nil)
    }

    @Test("takes no byte outside of the text into its sample")
    func bounds() {
        for text in [
            "", "\n", "{}", "{}\n{}", String(repeating: "\n", count: 100), String(repeating: "x", count: 20_000),
        ] {
            let bytes = Array(text.utf8)
            bytes.withUnsafeBytes { bytes in
                let sample = TextSample(bytes)
                #expect(sample.byteCount <= bytes.count)
                #expect(sample.share(of: EscapePairs.unicodeEscape) ?? 1 <= 1)
            }
        }
    }
}

extension KeyGate {
    /// Whether both were made at once.
    fileprivate func isSame(as other: KeyGate) -> Bool { table === other.table }
}
