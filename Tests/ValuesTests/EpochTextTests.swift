import TestRandom
import Testing
import Values

@Suite("Times as texts")
struct EpochTextTests {
    @Test(
        "Seconds with the decimals that the time has, and back",
        arguments: [
            (0, "0"), (1_600_000_000_000_000_000, "1600000000"), (1_600_000_000_250_000_000, "1600000000.25"),
            (1, "0.000000001"), (-500_000_000, "-0.5"), (-1_500_000_000, "-1.5"), (1_000_000_010, "1.00000001"),
            (Int64.max, "9223372036.854775807"), (Int64.min, "-9223372036.854775808"),
        ])
    func texts(nanoseconds: Int64, text: String) {
        #expect(EpochText.text(nanoseconds: nanoseconds).string == text)
        #expect(EpochText.nanoseconds(Text(text)) == nanoseconds)
    }

    @Test("Texts that are no times or out of range have none")
    func noTimes() {
        for text in ["", "now", "9223372036.854775808", "-9223372037", "1e30", "99999999999999999999999999"] {
            #expect(EpochText.nanoseconds(Text(text)) == nil, "\(text)")
        }
        #expect(EpochText.nanoseconds("1.6e9") == 1_600_000_000_000_000_000)
        #expect(EpochText.nanoseconds("1.0000000019") == 1_000_000_001)
        #expect(EpochText.nanoseconds(seconds: .infinity) == nil)
        #expect(EpochText.nanoseconds(seconds: -1.5) == -1_500_000_000)
        #expect(EpochText.nanoseconds(seconds: 1e-300) == 0)
        #expect(EpochText.nanoseconds(seconds: 1_700_000_000.123456) == 1_700_000_000_123_456_000)
    }

    @Test("The seconds of a time are the double that its text reads as")
    func seconds() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let time = Int64.random(in: -4_000_000_000_000_000...4_000_000_000_000_000, using: &generator) * 1_000
            #expect(EpochText.seconds(time) == NumberText.parse(EpochText.text(nanoseconds: time)))
        }
    }

    @Test("Buckets are counted from the epoch, downwards before it")
    func buckets() {
        #expect(EpochText.bucket(125, span: 60) == 120)
        #expect(EpochText.bucket(120, span: 60) == 120)
        #expect(EpochText.bucket(-1, span: 60) == -60)
        #expect(EpochText.bucket(-60, span: 60) == -60)
        #expect(EpochText.bucket(77, span: nil) == 77)
        #expect(EpochText.bucket(77, span: 0) == 77)
        #expect(EpochText.bucket(.min, span: 60) == .min)
    }
}
