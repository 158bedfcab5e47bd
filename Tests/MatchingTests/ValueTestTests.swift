import Testing

@testable import Matching

@Suite("Tests of a value")
struct ValueTestTests {
    @Test("take an empty value as a missing one, which passes nothing")
    func emptyValue() {
        let tests: [ValueTest] = [
            .equals(WildcardPattern("*")), .equals(WildcardPattern("")), .differs(WildcardPattern("x")), .present,
            .ordered(.less, bound: [0x31]), .ordered(.greaterOrEqual, bound: []),
        ]
        for test in tests { #expect(!passes(test, "")) }
    }

    @Test("ask with x=\"\" for nothing and with x!=\"\" for presence")
    func emptyPattern() {
        #expect(!passes(.equals(WildcardPattern("")), "a"))
        #expect(passes(.differs(WildcardPattern("")), "a"))
    }

    @Test("compare text when asked for equality")
    func equality() {
        #expect(!passes(.equals(WildcardPattern("5")), "5.0"))
        #expect(passes(.differs(WildcardPattern("5")), "5.0"))
        #expect(!passes(.differs(WildcardPattern("ab*")), "ABC"))
        #expect(passes(.present, "0"))
    }

    @Test(
        "order decimal numbers as numbers and the rest by bytes",
        arguments: [
            ("9", "10", true), ("10", "9", false), ("9a", "10", false), ("10a", "9", true), ("0x9", "10", true),
            ("-1", "0", true), ("1e3", "999", false), ("999", "1e3", true), (".5", "0.75", true), ("5.", "5.5", true),
            ("9007199254740992", "9007199254740993", true), ("2.50", "2.5", false), ("abc", "abd", true),
            ("+3", "4", true), ("nan", "1", false), ("1", "nan", true), ("18446744073709551616", "1", false),
            ("00000000000000000000001", "2", true), ("1e400", "2", false), ("-9223372036854775807", "0", true),
        ])
    func ordering(_ left: String, _ right: String, _ less: Bool) {
        let bound = Array(right.utf8)
        #expect(passes(.ordered(.less, bound: bound), left) == less)
        #expect(passes(.ordered(.greaterOrEqual, bound: bound), left) == !less)
        let reversed = Array(left.utf8)
        #expect(passes(.ordered(.greater, bound: reversed), right) == less)
        #expect(passes(.ordered(.lessOrEqual, bound: reversed), right) == !less)
    }

    @Test("hold bounds that are equal")
    func equalBounds() {
        for text in ["5", "5.0", "abc"] {
            #expect(passes(.ordered(.lessOrEqual, bound: Array(text.utf8)), text))
            #expect(passes(.ordered(.greaterOrEqual, bound: Array(text.utf8)), text))
            #expect(!passes(.ordered(.less, bound: Array(text.utf8)), text))
        }
        #expect(passes(.ordered(.lessOrEqual, bound: Array("5.00".utf8)), "5"))
    }

    @Test(
        "read decimal numbers as the standard library does",
        arguments: [
            "0", "-0", "1", "4688", "3.25", "1e10", "1E-5", "0.1", "123456789012345678901234567890",
            "1.7976931348623157e308", "9007199254740993.5", "4.35", "1e22", "1e23", "0.000001", "123456.789e-3",
        ])
    func decimal(_ text: String) throws {
        let number = try #require(Array(text.utf8).withUnsafeBytes { DecimalNumber($0) })
        #expect(number.value == Double(text))
    }

    @Test(
        "know what is no decimal number",
        arguments: ["", "-", "+", ".", "e5", "1e", "1e+", "0x10", "inf", "NaN", " 1", "1 ", "1,5", "1.2.3", "--1"])
    func notDecimal(_ text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { DecimalNumber($0) } == nil)
    }
}
