import TestRandom
import Testing

@testable import Matching

/// The values of a few slots, and a raw text.
private final class SampleReading: FieldReading {
    let values: [[[UInt8]]]
    let kinds: Set<Int>
    let raw: String
    private var buffers: [[UnsafeMutableRawBufferPointer]] = []
    /// Each value as an event might write it: some with a backslash before the text.
    private var writtenBuffers: [[UnsafeMutableRawBufferPointer]] = []
    private let domainList: UnsafeMutableBufferPointer<Int32>
    /// All that may be asked has an answer of its own, so that all events are of one form.
    let form: EventForm?
    private var isNoted = false
    private var noted: [Int32] = []
    private var isTold = true
    /// How often a value was asked for.
    private(set) var reads = 0
    private static let domainQuestion: Int32 = 1000

    init(_ values: [[String]], domains: Set<Int> = [], raw: String = "", hasForm: Bool = true) {
        form = hasForm ? EventForm(place: 0, generation: 7) : nil
        self.values = values.map { $0.map { Array($0.utf8) } }
        kinds = domains
        self.raw = raw
        domainList = .allocate(capacity: domains.count)
        _ = domainList.initialize(from: domains.map { Int32($0) })
        buffers = self.values.map { $0.map(Self.buffer) }
        writtenBuffers = self.values.map { slot in
            slot.map { Self.buffer(Self.isEncoded($0) ? [0x5C] + $0 : $0) }
        }
    }

    private static func buffer(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        buffer.copyBytes(from: bytes)
        return buffer
    }

    private static func isEncoded(_ value: [UInt8]) -> Bool { value.count % 2 == 0 }

    deinit {
        for buffer in buffers.joined() { buffer.deallocate() }
        for buffer in writtenBuffers.joined() { buffer.deallocate() }
        domainList.deallocate()
    }

    func beginNotes() { (isNoted, noted, isTold) = (true, [], true) }

    func endNotes(_ visit: (_ question: Int32) -> Void) -> Bool {
        isNoted = false
        for question in noted { visit(question) }
        return isTold
    }

    func answer(to question: Int32) -> EventAnswer? {
        if question == Self.domainQuestion {
            return EventAnswer(bytes: UnsafeRawBufferPointer(domainList), kind: UInt8(domainList.count))
        }
        let slot = buffers[Int(question)]
        // Several values have no answer in one piece.
        guard slot.count < 2 else { return nil }
        return EventAnswer(
            bytes: UnsafeRawBufferPointer(slot.first ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)),
            kind: UInt8(slot.count))
    }

    private func note(_ slot: Int) {
        reads += 1
        guard isNoted else { return }
        if slot == PredicateSet.everyValueSlot { isTold = false }
        let question = Int32(truncatingIfNeeded: slot)
        if isTold, !noted.contains(question) { noted.append(question) }
    }

    func domains() -> UnsafeBufferPointer<Int32> {
        if isNoted, !noted.contains(Self.domainQuestion) { noted.append(Self.domainQuestion) }
        return UnsafeBufferPointer(domainList)
    }

    private func texts(of slot: Int) -> [UnsafeMutableRawBufferPointer] {
        slot == PredicateSet.everyValueSlot ? Array(buffers.joined()) : buffers[slot]
    }

    func valueCount(of slot: Int) -> Int {
        note(slot)
        return texts(of: slot).count
    }

    func written(_ slot: Int) -> WrittenValue {
        note(slot)
        guard slot != PredicateSet.everyValueSlot, values[slot].count < 2 else { return .unclear }
        guard let value = values[slot].first, !value.isEmpty else { return .missing }
        return .one(UnsafeRawBufferPointer(writtenBuffers[slot][0]), isEncoded: Self.isEncoded(value))
    }

    func value(_ index: Int, of slot: Int) -> UnsafeRawBufferPointer {
        note(slot)
        return UnsafeRawBufferPointer(texts(of: slot)[index])
    }
    func exists(_ slot: Int) -> Bool {
        note(slot)
        return !texts(of: slot).isEmpty
    }
    func isGiven(_ slot: Int) -> Bool {
        note(slot)
        return !texts(of: slot).isEmpty
    }
    func hasEmptyText(_ slot: Int) -> Bool {
        note(slot)
        return slot != PredicateSet.everyValueSlot && values[slot].contains([])
    }
    func rawText(holds term: SearchTerm) -> Bool {
        raw.contains(term.pattern.source.map { String(UnicodeScalar($0)) }.joined())
    }

    /// The plain way: the tree as written, every test on every value.
    func satisfies(_ member: PredicateSet.Member) -> Bool {
        if member.domain >= 0, !kinds.contains(member.domain) { return false }
        return member.predicate.evaluate(
            test: { slot, test in
                values[slot].contains { value in value.withUnsafeBytes { test.matches($0) } }
            }, rawText: { rawText(holds: SearchTerm($0)) },
            compare: { left, relation, right in
                let relates = values[left].contains { first in
                    values[right].contains { second in
                        first.withUnsafeBytes { first in second.withUnsafeBytes { relation.relates(first, to: $0) } }
                    }
                }
                if !relation.isNegated { return relates }
                return !relates && !values[left].isEmpty && !values[right].isEmpty
            },
            anyValue: { test in values.joined().contains { value in value.withUnsafeBytes { test.matches($0) } } })
    }
}

@Suite("Sets of predicates")
struct PredicateSetTests {
    private let slotCount = 5
    private let words = [
        "cmd.exe", "powershell.exe", "PowerShell.EXE", "C:\\Windows\\System32\\cmd.exe", "a", "b", "ab", "1", "10",
        "4688",
        "-enc", "whoami /all", "ÄPFEL und birnen", "äpfel", "K", "k", "\u{212A}", "powershell -nop -w hidden -enc AAAA",
        "xx", "10.1.2.3", "2024-02-29T11:12:13Z", "*", "ÄÄ",
    ]
    private let patterns = [
        "cmd.exe", "*cmd.exe", "*\\cmd.exe", "power*", "*shell*", "*-enc*", "*-nop*hidden*", "*a*", "a*", "*b", "?",
        "1", "10",
        "4688", "*äpfel*", "ÄPFEL*", "*birnen", "k", "*who*all", "", "*", "xx", "*x*", "powershell.exe", "*ab*", "a*b",
        "*.exe", "*\u{212A}*", "*wers*",
    ]

    /// What only Sigma rules ask for.
    private func ruleTest(_ random: inout SeededGenerator) -> ValueTest {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .given
        case 1: return .emptyText
        case 2: return .exists
        case 3:
            return .wildcards(
                ScalarPattern(
                    (0...Int.random(in: 0...3, using: &random)).map { _ in
                        random.pick([
                            .anyRun, .oneScalar, .text(Array("cmd".utf8)), .text(Array("Ä".utf8)), .text([0x2A]),
                        ])
                    }, isCaseSensitive: random.once(in: 4)))
        case 4: return random.pick(expressions).map { .expression($0) } ?? .given
        case 5: return network
        case 6:
            return .number(random.pick([.less, .greaterOrEqual]), bound: Array(random.pick(["1", "11", "x"]).utf8))
        default:
            return .timePart(random.pick(TimePart.allCases), .ordered(.greater), Int.random(in: 0...12, using: &random))
        }
    }

    private let network = AddressNetwork(Array("10.0.0.0/8".utf8)).map { ValueTest.network($0) } ?? .given
    private let expressions = ["^cmd", "[aä]p", "(?i)SHELL|who", "^$", "."].map {
        try? RegularExpression(Array($0.utf8))
    }

    private func predicate(_ depth: Int, _ random: inout SeededGenerator) -> Predicate<Int> {
        if depth == 0 || random.once(in: 3) {
            let slot = Int.random(in: 0..<slotCount, using: &random)
            let pattern = WildcardPattern(random.pick(patterns), isCaseSensitive: random.once(in: 5))
            switch Int.random(in: 0..<16, using: &random) {
            case 12, 13: return .field(slot, ruleTest(&random))
            case 14:
                let test = ruleTest(&random)
                return .anyValue([.given, .emptyText, .exists].contains(test) ? .equals(pattern) : test)
            case 15:
                let kind = random.pick([FieldRelation.Kind.equals, .startsWith, .endsWith, .contains])
                return .compare(
                    slot, FieldRelation(kind, isCaseSensitive: random.once(in: 2), isNegated: random.once(in: 3)),
                    Int.random(in: 0..<slotCount, using: &random))
            case 0: return .constant(random.once(in: 2))
            case 1: return .field(slot, .present)
            case 2:
                return .field(slot, .ordered(random.pick([.less, .greater]), bound: Array(random.pick(words).utf8)))
            case 3: return .rawText(WildcardPattern(random.pick(["raw", "none"])))
            case 4, 5: return .field(slot, .differs(pattern))
            default: return .field(slot, .equals(pattern))
            }
        }
        let parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in predicate(depth - 1, &random) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .not(predicate(depth - 1, &random))
        case 1, 2: return .all(parts)
        default: return .any(parts)
        }
    }

    private func event(_ random: inout SeededGenerator) -> SampleReading {
        let values = (0..<slotCount).map { _ -> [String] in
            let count = random.pick([0, 1, 1, 1, 1, 2, 3])
            return (0..<count).map { _ in random.once(in: 20) ? "" : random.pick(words) }
        }
        return SampleReading(
            values, domains: Set([0, 1].filter { _ in random.once(in: 2) }), raw: random.once(in: 2) ? "raw text" : "")
    }

    @Test("hold for the same events as each by itself")
    func equality() {
        var random = SeededGenerator(seed: 11)
        for round in 0..<150 {
            let members = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                PredicateSet.Member(predicate(4, &random), domain: Int.random(in: -1...1, using: &random))
            }
            let gates = [[], [[0]], [[0, 3]], [[0], [1, 3]]][round % 4]
            let set = PredicateSet(members, gateSlots: gates)
            let evaluator = PredicateSetEvaluator(set)
            let profiler = PredicateProfiler(set)
            var matches = [Int](repeating: 0, count: members.count)
            for _ in 0..<60 {
                let event = event(&random)
                evaluator.evaluate(event)
                profiler.evaluate(event)
                for place in 0..<evaluator.matchCount { matches[evaluator.match(place)] += 1 }
                let found = (0..<evaluator.matchCount).map { evaluator.match($0) }
                let expected = members.indices.filter { event.satisfies(members[$0]) }
                #expect(
                    found.sorted() == expected,
                    "round \(round): \(event.values.map { $0.map { String(decoding: $0, as: UTF8.self) } })")
            }
            let costs = profiler.profile.costs
            #expect(costs.map(\.matches) == matches, "round \(round)")
            #expect(costs.allSatisfy { $0.matches <= $0.evaluations && $0.matches <= $0.events }, "round \(round)")
        }
    }

    @Test("are not asked again of an event that answers as others did")
    func recall() {
        let members = [
            PredicateSet.Member(.field(0, .equals(WildcardPattern("*cmd*"))), domain: 0),
            PredicateSet.Member(.all([.field(1, .equals(WildcardPattern("a*"))), .rawText(WildcardPattern("raw"))])),
        ]
        let evaluator = PredicateSetEvaluator(PredicateSet(members))
        func found(_ values: [[String]], raw: String = "raw text", hasForm: Bool = true) -> (members: [Int], reads: Int)
        {
            let event = SampleReading(values, domains: [0], raw: raw, hasForm: hasForm)
            evaluator.evaluate(event)
            return ((0..<evaluator.matchCount).map { evaluator.match($0) }.sorted(), event.reads)
        }
        let first = [["cmd.exe"], ["ab"], ["1"], [], []]
        #expect(found(first).members == [0, 1])
        // What no member asks for tells it from no other.
        for number in 2..<5 { #expect(found([["cmd.exe"], ["ab"], ["\(number)"], [], []]) == ([0, 1], 0)) }
        // One that answers otherwise is remembered when such an answer comes again.
        let second = [["x.exe"], ["ab"], ["1"], [], []]
        #expect(found(second).reads > 0)
        #expect(found(second).reads > 0)
        #expect(found(second) == ([1], 0))
        // A search term is looked for all the same.
        for _ in 0..<3 { #expect(found(first, raw: "another text").members == [0]) }
        #expect(found(first, raw: "another text").reads == 0)
        #expect(found(first) == ([0, 1], 0))
        // Nothing is known of events without a form, and of those with several values.
        #expect(found(first, hasForm: false).reads > 0)
        for _ in 0..<4 { #expect(found([["cmd.exe", "x"], ["b"], [], [], []]).reads > 0) }
    }

    @Test("hold for the same events when more of them come than are remembered")
    func forgetting() {
        let members = (0..<8).map { PredicateSet.Member(.field(0, .equals(WildcardPattern("*\($0)7*"))), domain: -1) }
        let evaluator = PredicateSetEvaluator(PredicateSet(members))
        var random = SeededGenerator(seed: 3)
        for number in 0..<60_000 {
            let text = "\(number % 20_000)" + String(repeating: "-", count: 150)
            let event = SampleReading([["\(text)"], [], [], [], []])
            evaluator.evaluate(event)
            guard random.once(in: 20) else { continue }
            let found = (0..<evaluator.matchCount).map { evaluator.match($0) }.sorted()
            let expected = members.indices.filter { event.satisfies(members[$0]) }
            if found != expected {
                Issue.record("\(found), not \(expected): \(text)")
                return
            }
        }
    }

    @Test("put those that ask for an identifier behind its gate, and the others before all events")
    func gates() {
        let identified = Predicate<Int>.all([
            .field(0, .equals(WildcardPattern("4688"))), .field(1, .equals(WildcardPattern("*whoami*"))),
        ])
        let either = Predicate<Int>.all([
            .any([.field(0, .equals(WildcardPattern("4688"))), .field(0, .equals(WildcardPattern("1")))]),
            .field(2, .equals(WildcardPattern("x"))),
        ])
        let free = Predicate<Int>.not(.field(1, .equals(WildcardPattern("*quiet*"))))
        let set = PredicateSet([identified, either, free].map { PredicateSet.Member($0) }, gateSlots: [[0]])
        let groups = set.description.map { group in
            (group.gate.map { String(decoding: $0.pattern, as: UTF8.self) } ?? "-", group.members, group.withoutTrigger)
        }
        #expect(groups.map(\.0) == ["1", "4688", "-"])
        #expect(groups.map(\.1) == [[1], [0, 1], [2]])
        #expect(groups.map(\.2) == [[], [], [2]])
        #expect(set.description[1].triggerSlots.sorted() == [1, 2])
    }

    @Test("are behind the gates of several fields where one of these tells where an event comes from")
    func origins() {
        let origin = Predicate<Int>.any([
            .field(3, .equals(WildcardPattern("XmlWinEventLog:Sysmon*"))),
            .field(4, .equals(WildcardPattern("sysmon"))),
        ])
        let image = Predicate<Int>.field(1, .equals(WildcardPattern("*whoami*")))
        let identifier = Predicate<Int>.any([
            .field(0, .equals(WildcardPattern("1"))), .field(0, .equals(WildcardPattern("2"))),
        ])
        let members = [
            Predicate.all([origin, image]), .all([origin, identifier]), .any([origin, image]),
        ].map { PredicateSet.Member($0) }
        let set = PredicateSet(members, gateSlots: [[0], [3, 4]])
        let groups = set.description.map { group in
            (group.gate.map { "\($0.slot) \(String(decoding: $0.pattern, as: UTF8.self))" } ?? "-", group.members)
        }
        #expect(groups.map(\.0) == ["0 1", "0 2", "3 xmlwineventlog:sysmon*", "4 sysmon", "-"])
        #expect(groups.map(\.1) == [[1], [1], [0], [0], [2]])
    }

    @Test("read all values of an event only where a predicate asks for nothing else")
    func everyValue() {
        let keyword = Predicate<Int>.anyValue(.equals(WildcardPattern("*esx admins*")))
        let identifier = Predicate<Int>.field(0, .equals(WildcardPattern("47*")))
        let set = PredicateSet([PredicateSet.Member(.all([identifier, keyword]))])
        #expect(set.description.map(\.triggerSlots) == [[0]])
        let other = PredicateSet([PredicateSet.Member(keyword)])
        #expect(other.description.map(\.triggerSlots) == [[PredicateSet.everyValueSlot]])
    }

    @Test("remember more values than there is room for")
    func manyValues() {
        let members = ["*7*", "12*", "*34", "99999"].map {
            PredicateSet.Member(.field(0, .equals(WildcardPattern($0))))
        }
        let evaluator = PredicateSetEvaluator(PredicateSet(members))
        for round in 0..<2 {
            for number in stride(from: 0, to: 60_000, by: 1 + round) {
                let event = SampleReading([["\(number % 40_000)"]])
                evaluator.evaluate(event)
                let expected = members.indices.filter { event.satisfies(members[$0]) }
                let found = (0..<evaluator.matchCount).map { evaluator.match($0) }.sorted()
                if found != expected { Issue.record("\(number): \(found) instead of \(expected)") }
            }
        }
    }

    @Test("hold for values of many lines, whether their lines come again or not")
    func lines() {
        var random = SeededGenerator(seed: 21)
        let words = (0..<18).map { "word-\($0)-of-some" }
        let members = words.indices.map { index in
            PredicateSet.Member(
                index % 3 == 0
                    ? .field(0, .differs(WildcardPattern("*\(words[index])*")))
                    : .field(0, .equals(WildcardPattern("*\(words[index])*\(index % 3 == 1 ? "" : "7*")"))))
        }
        let evaluator = PredicateSetEvaluator(PredicateSet(members))
        func line(_ number: Int) -> String {
            let word = number.isMultiple(of: 50) ? words[number / 50 % words.count] : "nothing"
            return "a line about \(word) with number \(number) that is not short"
        }
        var next = 0
        for round in 0..<3 {
            // Lines that come again, then two megabytes of new ones, which end the search for known ones, then both.
            for _ in 0..<600 {
                let lines = (0..<60).map { _ -> String in
                    next += 1
                    let isNew = round == 1 || (round == 2 && next.isMultiple(of: 2))
                    return line(isNew ? next : Int.random(in: 0..<500, using: &random))
                }
                let event = SampleReading([[lines.joined(separator: "\r\n")]], hasForm: false)
                evaluator.evaluate(event)
                let found = (0..<evaluator.matchCount).map { evaluator.match($0) }.sorted()
                let expected = members.indices.filter { event.satisfies(members[$0]) }
                if found != expected { Issue.record("\(found) instead of \(expected)") }
            }
        }
    }
}

extension PredicateSet.Member {
    /// - Parameter domain: -1 for every event.
    fileprivate init(_ predicate: Predicate<Int>, domain: Int = -1) {
        self.init(simplified: predicate.simplified, domain: domain)
    }
}
