/// A sum of doubles without any rounding, so that it is the same in every order of adding and merging.
///
/// Whole numbers, which nearly all numbers in telemetry are, add up in 128 bits. Anything else goes into a fixed-point
/// number as wide as all doubles together, in limbs of 32 bits of which each has 64 to put off carrying.
public struct ExactSum: Hashable, Sendable {
    /// The part made of whole numbers up to 2⁶² in magnitude: 2⁶⁵ of them fit.
    private(set) var whole: Int128 = 0
    /// The rest, in units of 2⁻¹⁰⁷⁴, lowest limb first; empty until it is needed.
    private(set) var limbs: [Int64] = []
    /// Additions since carries were last settled; each adds less than 2³² to a limb.
    private var pending: UInt32 = 0

    /// 2098 bits from the smallest to the largest double, and room for 2⁷⁸ of the largest.
    static let limbCount = 68
    /// The power of two that the lowest bit of `limbs` stands for.
    static let scale = -1074

    /// The sum of nothing: 0.
    public init() {}

    /// Adds a finite number. Adding its negative takes it away again, exactly.
    public mutating func add(_ number: Double) {
        if number.magnitude <= 0x1p62, let integer = Int64(exactly: number) {
            whole &+= Int128(integer)
        } else {
            addFraction(number)
        }
    }

    private mutating func addFraction(_ number: Double) {
        guard number.isFinite else { return }
        if limbs.isEmpty { limbs = [Int64](repeating: 0, count: Self.limbCount) }
        let biased = number.exponentBitPattern
        let mantissa = biased == 0 ? number.significandBitPattern : number.significandBitPattern | 1 << 52
        // A normal number is its mantissa times two to the biased exponent less 1075.
        let position = Int(max(biased, 1)) - 1
        let limb = position >> 5
        let shifted = UInt128(mantissa) << UInt128(position & 31)
        for index in 0..<3 {
            let part = Int64(truncatingIfNeeded: (shifted >> UInt128(32 * index)) & 0xFFFF_FFFF)
            if part != 0 { limbs[limb + index] += number.sign == .minus ? -part : part }
        }
        pending += 1
        if pending == 1 << 29 { carry() }
    }

    /// Brings every limb but the highest into 0..<2³²: the one form that a value has.
    mutating func carry() {
        pending = 0
        guard !limbs.isEmpty else { return }
        for index in 0..<Self.limbCount - 1 {
            let over = limbs[index] >> 32
            limbs[index] -= over << 32
            limbs[index + 1] &+= over
        }
    }

    mutating func merge(_ other: ExactSum) {
        whole &+= other.whole
        guard !other.limbs.isEmpty else { return }
        var other = other
        other.carry()
        carry()
        if limbs.isEmpty {
            limbs = other.limbs
        } else {
            for index in limbs.indices { limbs[index] &+= other.limbs[index] }
            pending = 1
        }
    }

    /// For the codec; `limbs` are those of a sum after ``carry()``.
    init(whole: Int128, limbs: [Int64]) {
        self.whole = whole
        self.limbs = limbs
    }

    /// The sum, exactly.
    var value: ExactNumber {
        guard !limbs.isEmpty else { return ExactNumber(whole) }
        var settled = self
        settled.carry()
        var fraction = ExactNumber(0)
        if let top = settled.limbs.last, top < 0 {
            // Negative as a whole: the magnitude is the two's complement over all limbs.
            var magnitude: [UInt32] = []
            var borrow: Int64 = 0
            for limb in settled.limbs.dropLast() {
                let negated = -limb - borrow
                borrow = negated < 0 ? 1 : 0
                magnitude.append(UInt32(truncatingIfNeeded: negated))
            }
            let high = UInt64(bitPattern: 0 &- top &- borrow)
            magnitude.append(UInt32(truncatingIfNeeded: high))
            magnitude.append(UInt32(truncatingIfNeeded: high >> 32))
            fraction = ExactNumber(isNegative: true, limbs: magnitude, scale: Self.scale)
        } else {
            var magnitude = settled.limbs.map { UInt32(truncatingIfNeeded: $0) }
            magnitude.append(UInt32(truncatingIfNeeded: (settled.limbs.last ?? 0) >> 32))
            fraction = ExactNumber(isNegative: false, limbs: magnitude, scale: Self.scale)
        }
        return fraction + ExactNumber(whole)
    }

    /// The double next to the sum.
    public var nearest: Double { value.double }
}
