import TestRandom
import Testing
import Values

@Suite("Numbers as texts")
struct NumberTextTests {
    private static let printed: [(Double, String)] = [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-42, "-42"), (1e14, "100000000000000"), (0.5, "0.5"),
        (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333333333333"), (2.0 / 3, "0.666666666666667"),
        (1_600_000_000.25, "1600000000.25"), (1_600_000_000.123456, "1600000000.12346"),
        (1e15, "1000000000000000"), (1_700_000_000_123_457, "1700000000123457"),
        (9_007_199_254_740_991, "9007199254740991"), (-9_007_199_254_740_992, "-9007199254740992"),
        (123_456_789_012_345_680, "123456789012346000"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"), (1.5e300, "1.5e+300"), (0.00001, "0.00001"), (1e-7, "0.0000001"), (1.25e-8, "1.25e-08"),
        (-.leastNonzeroMagnitude, "-5e-324"), (9.999999999999999e22, "1e+23"), (0.3 - 0.1, "0.2"),
        (1e16 + 2, "10000000000000000"),
        (-123.456, "-123.456"), (0.999999999999999999, "1"), (100.1, "100.1"),
    ]

    private static let decimals: [(String, Double)] = [
        ("0", 0.0), ("7", 7), ("-7", -7), ("+7", 7), ("007", 7), ("1.0", 1), (".5", 0.5), ("5.", 5), ("1e3", 1_000),
        ("1E+3", 1_000), ("2.5e-3", 0.0025), ("123456789012345678", 123_456_789_012_345_680),
        ("1234567890123456789012", 1.234567890123456789012e21), ("0.1", 0.1),
        ("3.141592653589793", 3.141592653589793),
        ("0.000000000000000000000000000001", 1e-30), ("1e308", 1e308), ("4.9e-324", .leastNonzeroMagnitude),
        ("1e-9999999999", 0),
        ("00000000000000000000000000000001.5", 1.5), ("9007199254740993", 9_007_199_254_740_992),
    ]

    @Test(
        "Numbers are printed shortest, fractions and very large ones at fifteen digits",
        arguments: printed)
    func printing(number: Double, text: String) {
        #expect(NumberText.text(number).string == text)
    }

    @Test("What is printed reads back the same where fifteen digits are enough")
    func roundTrip() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let digits = Int64.random(in: -999_999_999_999_999...999_999_999_999_999, using: &generator)
            let decimals = Int.random(in: 0...18, using: &generator)
            let number = (0..<decimals).reduce(Double(digits)) { number, _ in number / 10 }
            let printed = NumberText.text(number)
            let read = NumberText.parse(printed)
            #expect(read.map { NumberText.text($0) } == printed)
            #expect(abs((read ?? .nan) - number) <= number.magnitude * 1e-14)
        }
    }

    @Test(
        "Decimal texts are numbers",
        arguments: decimals)
    func numbers(text: String, number: Double) {
        #expect(NumberText.parse(Text(text)) == number)
    }

    @Test(
        "Anything else is not",
        arguments: [
            "", "-", "+", ".", "-.", "e5", "1e", "1e+", "0x10", "inf", "nan", "Infinity", " 1", "1 ", "1,000", "1.2.3",
            "--1",
            "1e999", "1_000", "１", "1\0", "0x1p3", "1e5.0",
        ])
    func noNumbers(text: String) {
        #expect(NumberText.parse(Text(text)) == nil)
    }

    @Test("Parsing agrees with the standard library on random decimals")
    func oracle() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<5_000 {
            var text = Bool.random(using: &generator) ? "-" : ""
            for _ in 0...Int.random(in: 0...20, using: &generator) {
                text += "\(Int.random(in: 0...9, using: &generator))"
            }
            if Bool.random(using: &generator) {
                text += "."
                for _ in 0...Int.random(in: 0...20, using: &generator) {
                    text += "\(Int.random(in: 0...9, using: &generator))"
                }
            }
            if Bool.random(using: &generator) { text += "e\(Int.random(in: -30...30, using: &generator))" }
            #expect(NumberText.parse(Text(text)) == Double(text), "\(text)")
        }
    }
}
