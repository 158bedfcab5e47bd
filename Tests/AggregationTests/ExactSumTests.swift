import TestRandom
import Testing

@testable import Aggregation

@Suite("Exact sums")
struct ExactSumTests {
    private func sum(_ numbers: some Sequence<Double>) -> Double {
        var sum = ExactSum()
        for number in numbers { sum.add(number) }
        return sum.value.double
    }

    @Test("One number is itself")
    func identity() {
        var generator = SeededGenerator(seed: 1)
        var numbers = [
            0, 1, -1, 0.1, -0.1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 2.2250738585072014e-308,
            .greatestFiniteMagnitude, 0x1p62, 0x1p63,
        ]
        numbers += (0..<2_000).map { _ in Double(bitPattern: UInt64.random(in: 0 ... .max, using: &generator)) }
        for number in numbers where number.isFinite { #expect(sum([number]) == number) }
    }

    @Test("Nothing is lost between large and small")
    func cancellation() {
        #expect(sum([1e16, 1, -1e16]) == 1)
        #expect(sum([1e300, 1.5, -1e300, .leastNonzeroMagnitude, -1.5]) == .leastNonzeroMagnitude)
        #expect(
            sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude])
                == .greatestFiniteMagnitude)
        #expect(sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == .infinity)
        #expect(sum([-.greatestFiniteMagnitude, -.greatestFiniteMagnitude]) == -.infinity)
        #expect(sum(repeatElement(0.1, count: 10)) == 1)
        #expect(sum(repeatElement(-0.1, count: 10)) == -1)
    }

    @Test("A sum of two is the rounded sum")
    func rounding() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<3_000 {
            let left = Double.random(in: -1...1, using: &generator) * pow2(Int.random(in: -60...60, using: &generator))
            let right = Double.random(in: -1...1, using: &generator) * pow2(Int.random(in: -60...60, using: &generator))
            #expect(sum([left, right]) == left + right)
        }
    }

    private func pow2(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    @Test("Every order of adding and merging gives the same")
    func order() {
        var generator = SeededGenerator(seed: 3)
        for round in 0..<20 {
            let numbers = (0..<200).map { _ in
                Double.random(in: -1...1, using: &generator) * pow2(Int.random(in: -300...300, using: &generator))
            }
            let expected = sum(numbers)
            #expect(sum(numbers.shuffled(using: &generator)) == expected)
            var parts = (0...round).map { _ in ExactSum() }
            for number in numbers { parts[Int.random(in: parts.indices, using: &generator)].add(number) }
            parts.shuffle(using: &generator)
            var merged = ExactSum()
            for part in parts { merged.merge(part) }
            #expect(merged.value.double == expected)
        }
    }

    @Test("Products and differences are exact")
    func arithmetic() {
        func exact(_ number: Double) -> ExactNumber {
            var sum = ExactSum()
            sum.add(number)
            return sum.value
        }
        #expect((exact(3) * exact(-7)).double == -21)
        #expect((exact(0.5) * exact(0.5)).double == 0.25)
        #expect((exact(0x1p-1000) * exact(0x1p1000)).double == 1)
        #expect((exact(1e300) * exact(1e300)).double == .infinity)
        #expect((exact(1e-300) * exact(1e-300)).double == 0)
        #expect((exact(5) - exact(5)).double == 0)
        #expect((exact(1e20) - exact(1)).double == 1e20)
        #expect((exact(0x1p53) + exact(1)).double == 0x1p53)
        #expect((exact(0x1p53) + exact(3)).double == 0x1p53 + 4)
    }
}
