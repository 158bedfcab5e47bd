import Testing

@testable import Reporting

@Suite("Figures")
struct FiguresTests {
    @Test(
        "counts have commas between thousands",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (459_484, "459,484"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
            (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
        ])
    func counts(value: Int, text: String) {
        #expect(Figures.count(value) == text)
    }

    @Test("one is singular")
    func nouns() {
        #expect(Figures.count(1, "finding") == "1 finding")
        #expect(Figures.count(0, "finding") == "0 findings")
        #expect(Figures.count(2914, "rule") == "2,914 rules")
    }

    @Test(
        "bytes have three digits and a decimal unit",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (9_994, "9.99 kB"), (9_995, "10.0 kB"), (99_949, "99.9 kB"),
            (99_950, "100 kB"), (999_499, "999 kB"), (999_500, "1.00 MB"), (1_160_000_000, "1.16 GB"),
            (Int.max, "9.22 EB"),
        ])
    func bytes(value: Int, text: String) {
        #expect(Figures.bytes(value) == text)
    }

    @Test("a rate needs bytes and time")
    func rates() {
        #expect(Figures.rate(bytes: 1_160_000_000, seconds: 0.08) == "14.5 GB/s")
        #expect(Figures.rate(bytes: 5, seconds: 0) == nil)
        #expect(Figures.rate(bytes: 0, seconds: 1) == nil)
        #expect(Figures.rate(bytes: Int.max, seconds: 1e-300) == nil)
        #expect(Figures.rate(bytes: 5, seconds: .nan) == nil)
    }

    @Test(
        "durations are said in the units that matter",
        arguments: [
            (0.0, "0.00 s"), (0.083, "0.08 s"), (9.99, "9.99 s"), (9.996, "10.0 s"), (59.94, "59.9 s"),
            (59.96, "1 min 0 s"),
            (125, "2 min 5 s"), (3599.6, "1 h 0 min"), (11_045, "3 h 4 min"), (-1, "0.00 s"), (.infinity, "?"),
            (.nan, "?"),
        ])
    func durations(seconds: Double, text: String) {
        #expect(Figures.duration(seconds: seconds) == text)
    }
}
