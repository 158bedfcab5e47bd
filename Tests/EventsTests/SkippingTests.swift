import TestRandom
import Testing

@testable import Events

@Suite("Skipping members that nobody wants")
struct SkippingTests {
    private static let paths = [
        "EventID", "Channel", "a", "ab", "abc", "abcd", "Threat Name", "ThreatName", "winlog.event_data.Image",
        "tags{}",
        "answers{}.name", "a/b", "é", "Event.UserData.*.Image", "_raw", "long.dotted.name",
    ]

    /// Names that are wanted, nearly wanted, and not wanted.
    private static let names = [
        "EventID", "EventXD", "EventIE", "Channel", "Chamnel", "a", "b", "ab", "a b", "ac", "abc", "abd", "abcd",
        "abxd",
        " a", "a ", "a  b", "Threat Name", "Threat  Name", "ThreatName", "ThreatXName", "T hreatName", "winlog",
        "event_data", "Image", "winlog.event_data.Image", "event_data.Image", "tags", "answers", "name", "a/b", "a\\/b",
        "\\u0061", "a\\u0062", "Event\\u0049D", "\\u00e9", "é", "Event", "UserData", "X", "_raw", "result", "_source",
        "",
        " ", "\\\"", "long.dotted.name", "long", "dotted.name",
    ]

    private static let scalars = [
        #""x""#, #""""#, #"" ""#, #""a\\""#, #""\"""#, #""{\"EventID\":7,\"a\":\"b\"}""#, "0", "1", "10", "12345678",
        "123456789", "01", "-1", "-0", "00", "1.5", "1e5", "1E", "true", "false", "null", "nul", "", "+1", "1 2", "a",
        "\\",
        "18446744073709551616", "\"\u{7f}\"", "\"é\"", "\"\\u0031\"", "\"a\tb\"", "x\"y\"", "\"x\"y",
    ]

    private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0 where depth < 4: return object(&random, depth: depth + 1)
        case 1 where depth < 4:
            let members = (0..<Int.random(in: 0..<4, using: &random)).map { _ in value(&random, depth: depth + 1) }
            return "[" + members.joined(separator: ",") + "]"
        case 2: return scalars[Int.random(in: 0..<scalars.count, using: &random)]
        default: return scalars[Int.random(in: 0..<10, using: &random)]
        }
    }

    private static func object(_ random: inout SeededGenerator, depth: Int) -> String {
        let separators = [":", ":", ": ", " : ", ":  "]
        let separator = separators[Int.random(in: 0..<separators.count, using: &random)]
        let comma = [",", ", ", " ,", ",  "][Int.random(in: 0..<4, using: &random)]
        let members = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
            "\"" + names[Int.random(in: 0..<names.count, using: &random)] + "\"" + separator
                + value(&random, depth: depth)
        }
        return "{" + members.joined(separator: comma) + "}"
    }

    @Test("changes nothing of what is found, whatever the line")
    func equality() {
        var layout = EventLayout()
        for path in Self.paths { _ = layout.slot(for: path) }
        let skipping = EventParser(layout: layout)
        let walking = EventParser(layout: layout, skipsMembers: false)
        var random = SeededGenerator(seed: 20)
        var valid = 0
        for round in 0..<4000 {
            var line = Array(Self.object(&random, depth: 0).utf8)
            // Every other line is damaged: a byte replaced, removed, doubled, or the end cut off.
            if round % 2 == 1, !line.isEmpty {
                let place = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let hostile = Array("{}[]:,\" \\0a\u{1}".utf8)
                    line[place] = hostile[Int.random(in: 0..<hostile.count, using: &random)]
                case 1: line.remove(at: place)
                case 2: line.insert(line[place], at: place)
                default: line.removeSubrange(place...)
                }
            }
            let expected = ParsedLine.outcome(walking, line, paths: layout.paths.count)
            let found = ParsedLine.outcome(skipping, line, paths: layout.paths.count)
            if found != expected {
                Issue.record("found \(found), not \(expected): \(String(decoding: line, as: UTF8.self))")
                return
            }
            if expected.hasPrefix("none") || expected.hasPrefix("result") || expected.hasPrefix("source") { valid += 1 }
        }
        #expect(valid > 500, "too few lines are events for the test to say anything")
    }

    @Test("leaves every ill-formed member to the walk")
    func malformed() {
        var layout = EventLayout()
        _ = layout.slot(for: "EventID")
        let skipping = EventParser(layout: layout)
        let walking = EventParser(layout: layout, skipsMembers: false)
        let members = [
            #""k":"v""#, #""k" :"v""#, #""k":01"#, #""k":1"#, #""k":-"#, #""k":"#, #"k:1"#, #""k""#, #""k":"v":"w""#,
            #""k","v""#, #""k":{}"#, #""k":}"#, #""k":]"#, #""k":[1}"#, #""k":"v"{"#, #""k"::1"#, #"1:1"#, #""k":1 2"#,
            #""k": "v" "#, #""k": 1 "#, #""k":"v" 1"#, "", #""":"""#, #"" ":1"#, #""k":12345678"#, #""k":123456789"#,
        ]
        for first in members {
            for second in members {
                for open in ["{", "{ ", "{\"EventID\":4,"] {
                    let line = Array((open + first + "," + second + #","EventID":5,"padding":"0123456789"}"#).utf8)
                    #expect(
                        ParsedLine.outcome(skipping, line, paths: 1) == ParsedLine.outcome(walking, line, paths: 1),
                        "\(line)")
                }
            }
        }
    }
}
