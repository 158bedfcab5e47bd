import TestRandom
import Testing

@testable import Events

@Suite("Lines whose order of keys was seen before")
struct LineTemplateTests {
    private static let paths = [
        "EventID", "Channel", "a", "a.b", "a.c", "b", "c.d.e", "c.d", "Event.UserData.*.Image", "tags{}",
        "items{}.name",
        "_raw",
        "winlog.event_data.Image", "Threat Name", "d/e", "DeviceDetail", "DeviceDetail_dynamic", "DeviceDetail.a.b",
        "DeviceDetail.a", "TargetResources", "TargetResources{}.name", "TargetResources{}.items{}.name",
    ]

    private static func layout() -> EventLayout {
        var layout = EventLayout()
        for path in paths { _ = layout.slot(for: path) }
        _ = layout.slot(forPathOrKey: "tags{}")
        return layout
    }

    /// What a kind of event looks like: keys and nesting; scalars are filled in.
    private indirect enum Kind {
        case scalar
        case object([(key: String, value: Kind)])
        case array([Kind])
    }

    private static let keys = [
        "EventID", "Channel", "a", "b", "c", "d", "e", "a.b", "c.d", "Event", "UserData", "X", "Image", "tags", "items",
        "name", "_raw", "winlog", "event_data", "Threat Name", "ThreatName", "other", "longer than eight bytes",
        "result",
        "_source", "DeviceDetail", "DeviceDetail_dynamic", "TargetResources", "é", "", "q\\\"uote", "tags{}", "d/e",
        "d\\/e", "\\u0061",
    ]

    private static func kind(_ random: inout SeededGenerator, depth: Int) -> Kind {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: depth < 4 ? object(&random, depth: depth + 1) : .scalar
        case 2 where depth < 4:
            .array((0..<Int.random(in: 0..<3, using: &random)).map { _ in kind(&random, depth: depth + 1) })
        default: .scalar
        }
    }

    private static func object(_ random: inout SeededGenerator, depth: Int) -> Kind {
        let count = Int.random(in: 0..<8, using: &random)
        return .object(
            (0..<count).map { _ in
                (keys[Int.random(in: 0..<keys.count, using: &random)], kind(&random, depth: depth))
            })
    }

    private static let scalars = [
        "1", "-7.5e3", "true", "false", "null", #""""#, #""x""#, #""C:\\a\\b.exe""#, #""\u0041""#, #""a,b:{c}""#, "0",
        #""{\"EventID\":9,\"a\":{\"b\":\"inner\"},\"q\":[1]}""#,
        #""{\"a\":{\"b\":\"in a \\\"column\\\"\",\"c\":2}}""#,
        #"" [{\"name\":\"x\",\"items\":[{\"name\":\"y\"},{\"name\":null}]},{\"name\":\"z\"}]""#, #""{\"a\":{\"b\":1""#,
        #""<Event><System><EventID>3</EventID></System></Event>""#,
    ]
    private static let broken = ["01", "tru", "", "1 2", "\"x", "-", "\u{1}", "\"\\x\""]

    private static func text(
        _ kind: Kind, _ random: inout SeededGenerator, comma: String, colon: String, isBroken: Bool
    ) -> String {
        switch kind {
        case .scalar:
            let texts = isBroken && Int.random(in: 0..<20, using: &random) == 0 ? broken : scalars
            return texts[Int.random(in: 0..<texts.count, using: &random)]
        case .object(let members):
            let all = members.map { member in
                "\"\(member.key)\"\(colon)"
                    + text(member.value, &random, comma: comma, colon: colon, isBroken: isBroken)
            }
            return "{" + all.joined(separator: comma) + "}"
        case .array(let members):
            return "["
                + members.map { text($0, &random, comma: comma, colon: colon, isBroken: isBroken) }
                .joined(separator: comma) + "]"
        }
    }

    @Test("have the values that the walk finds, and are refused for the same reasons")
    func equality() throws {
        let layout = Self.layout()
        let following = EventParser(layout: layout)
        let walking = EventParser(layout: layout, skipsMembers: false)
        var random = SeededGenerator(seed: 71)
        var followed = 0
        var kinds: [Kind] = []
        for round in 0..<12_000 {
            if kinds.count < 40 || round % 50 == 0 { kinds.append(Self.object(&random, depth: 0)) }
            if kinds.count > 40 { kinds.removeFirst() }
            let comma = round % 7 == 0 ? ", " : ","
            let colon = round % 7 == 0 ? ": " : ":"
            var line = Array(
                Self.text(
                    kinds[Int.random(in: 0..<kinds.count, using: &random)], &random, comma: comma, colon: colon,
                    isBroken: round % 3 == 0
                ).utf8)
            if round % 11 == 0, !line.isEmpty {
                let place = Int.random(in: 0..<line.count, using: &random)
                line[place] = Array("{}[]:,\" \\aE".utf8)[Int.random(in: 0..<11, using: &random)]
            }
            let expected = ParsedLine.outcome(walking, line, paths: Self.paths.count)
            let found = ParsedLine.outcome(following, line, paths: Self.paths.count)
            if following.template != nil { followed += 1 }
            if found != expected {
                Issue.record("found \(found), not \(expected): \(String(decoding: line, as: UTF8.self))")
                return
            }
        }
        #expect(followed > 500, "too few lines followed a template for the test to say anything: \(followed)")
    }

    @Test(
        "are walked where a later member takes the place of an earlier one",
        arguments: [
            #"{"a":{"b":1},"a":{"c":2}}"#, #"{"a":{"b":1},"a":5}"#, #"{"a.b":1,"a":{"b":2}}"#,
            #"{"c.d":{"e":1},"c":{"d":{"e":2}}}"#, #"{"c":{"d":{"e":1}},"c.d":3}"#, #"{"EventID":1,"EventID":2}"#,
            #"{"Event":{"UserData":{"X":{"Image":1},"Y":{"Image":2}}}}"#, #"{"_source":{"EventID":1},"EventID":2}"#,
        ])
    func duplicates(_ line: String) {
        let following = EventParser(layout: Self.layout())
        let walking = EventParser(layout: Self.layout(), skipsMembers: false)
        let bytes = Array(line.utf8)
        for _ in 0..<4 {
            let expected = ParsedLine.outcome(walking, bytes, paths: Self.paths.count)
            #expect(ParsedLine.outcome(following, bytes, paths: Self.paths.count) == expected)
            #expect(following.template == nil)
        }
    }

    @Test("are recognised from the third on")
    func recognition() {
        let parser = EventParser(layout: Self.layout())
        var told: [Bool] = []
        for number in 0..<4 {
            let line = Array(#"{"EventID":\#(number),"Channel":"Security","other":[1,{"x":null}],"a":{"b":true}}"#.utf8)
            #expect(line.withUnsafeBytes { parser.parse($0) } == nil)
            told.append(parser.template != nil)
        }
        #expect(told == [false, false, true, true])
    }

    @Test("have the members of arrays, as many as there are")
    func members() {
        let following = EventParser(layout: Self.layout())
        let walking = EventParser(layout: Self.layout(), skipsMembers: false)
        var followed = 0
        for values in ["1", "1,2", "\"x\",null,\"\"", "", "true,\"\\u0041\"", "1,{\"a\":2}", "[3],4"] {
            for number in 0..<5 {
                let line = Array("{\"EventID\":\(number),\"tags\":[\(values)],\"a\":{\"b\":true}}".utf8)
                let expected = ParsedLine.outcome(walking, line, paths: Self.paths.count)
                #expect(ParsedLine.outcome(following, line, paths: Self.paths.count) == expected, "\(values)")
                if following.template != nil { followed += 1 }
            }
        }
        #expect(followed >= 12, "four forms from the third line on: \(followed)")
    }

    @Test("are known when their values have escapes, whatever keys are wanted, and walked when a key has some")
    func escapes() {
        let parser = EventParser(layout: Self.layout())
        let walking = EventParser(layout: Self.layout(), skipsMembers: false)
        for (key, isKnown) in [("a", true), ("d/e", true), ("d\\/e", false), ("\\u0061", false)] {
            for number in 0..<4 {
                let line = Array("{\"EventID\":\(number),\"\(key)\":\"C:\\\\x\\u0041\"}".utf8)
                let expected = ParsedLine.outcome(walking, line, paths: Self.paths.count)
                #expect(ParsedLine.outcome(parser, line, paths: Self.paths.count) == expected)
                if number == 3 { #expect((parser.template != nil) == isKnown, "\(key)") }
            }
        }
    }

    @Test("are not learnt of writers that give the keys of each event in an order of its own")
    func shuffled() {
        let parser = EventParser(layout: Self.layout())
        var random = SeededGenerator(seed: 5)
        let keys = (1...40).map { String(repeating: "k", count: $0) }
        var followed = 0
        for _ in 0..<2000 {
            let members = keys.shuffled(using: &random).map { "\"\($0)\":1" }.joined(separator: ",")
            let line = Array("{\"EventID\":1,\(members)}".utf8)
            #expect(line.withUnsafeBytes { parser.parse($0) } == nil)
            if parser.template != nil { followed += 1 }
        }
        #expect(followed == 0)
        // One that comes again is known all the same.
        for number in 0..<3 {
            let line = Array(#"{"EventID":\#(number),"Channel":"x"}"#.utf8)
            #expect(line.withUnsafeBytes { parser.parse($0) } == nil)
            #expect((parser.template != nil) == (number == 2))
        }
    }
}
