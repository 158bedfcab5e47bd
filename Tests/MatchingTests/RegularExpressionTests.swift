import Testing

@testable import Matching

private func search(_ pattern: String, _ text: [UInt8]) throws -> RegularExpression.Outcome {
    let expression = try RegularExpression(Array(pattern.utf8))
    return text.withUnsafeBytes { expression.search($0) }
}

private func search(_ pattern: String, _ text: String) throws -> RegularExpression.Outcome {
    try search(pattern, Array(text.utf8))
}

private func replace(_ pattern: String, _ text: String, _ template: String) throws -> String {
    let expression = try RegularExpression(Array(pattern.utf8))
    return String(decoding: expression.replacingAll(in: Array(text.utf8), with: Array(template.utf8)), as: UTF8.self)
}

@Suite("Regular expressions")
struct RegularExpressionTests {
    @Test("are searched for anywhere, and heed case unless told otherwise")
    func searching() throws {
        #expect(try search("b+", "abbbc") == .matched)
        #expect(try search("^b", "abc") == .unmatched)
        #expect(try search("B", "abc") == .unmatched)
        #expect(try search("(?i)B", "abc") == .matched)
        #expect(try search("", "") == .matched)
        #expect(try search("x", "") == .unmatched)
    }

    @Test("count characters, not bytes; classes are ASCII")
    func characters() throws {
        #expect(try search("^.{3}$", "aé漢") == .matched)
        #expect(try search(#"^\w$"#, "é") == .unmatched)
        #expect(try search(#"^\d$"#, "٣") == .unmatched)
    }

    @Test("match around bytes that are not UTF-8")
    func invalidText() throws {
        #expect(try search("abc", [0xFF] + Array("abc".utf8) + [0xC0]) == .matched)
    }

    @Test("say where a pattern is wrong")
    func errors() {
        let error = #expect(throws: RegularExpression.PatternError.self) { try RegularExpression(Array("ab(c".utf8)) }
        #expect(error?.offset == 4)
        #expect(error?.reason.isEmpty == false)
    }

    @Test("are given up when they run away")
    func limit() throws {
        #expect(try search("^(a+)+$", String(repeating: "a", count: 40) + "b") == .limitReached)
    }

    @Test("give groups by number and name")
    func groups() throws {
        let expression = try RegularExpression(Array("(?<year>[0-9]{4})-(?<month>[0-9]+)(x)?".utf8))
        #expect(expression.groupNames.map(\.name) == ["year", "month"])
        #expect(expression.groupNames.map(\.number) == [1, 2])
        let groups = Array("on 2020-09".utf8).withUnsafeBytes { expression.firstMatch(in: $0) }
        #expect(groups == [3..<10, 3..<7, 8..<10, nil])
    }

    @Test("replace every match, with groups")
    func replacing() throws {
        #expect(try replace("([a-z])([0-9])", "a1 b2", #"\2\1"#) == "1a 2b")
        #expect(try replace("x", "axbx", "") == "ab")
        #expect(try replace("", "aé", "-") == "-a-é-")
        #expect(try replace("b", "abc", #"\n\0\9"#) == #"a\nbc"#)
    }
}
