/// A hash of short texts for the tables of this module: sixteen bytes a step, folded 64 by 64 bit multiplications.
///
/// It is seeded anew in every process, so that nobody can write values that all collide; nothing that is found depends
/// on it.
///
/// Two halves of long texts hashed side by side, so that a step need not wait for the one before, won nothing that could be told
/// from noise.
enum ValueHash {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xD1B5_4A32_D192_ED03

    static let seed = UInt64.random(in: .min ... .max)

    /// - Complexity: linear, some bytes a nanosecond.
    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        let count = bytes.count
        var state = seed ^ (UInt64(truncatingIfNeeded: count) &* first)
        guard let base = bytes.baseAddress else { return fold(state) }
        // SAFETY: a word is loaded only where eight bytes are left, and a single byte only below the count.
        var offset = 0
        while count - offset >= 16 {
            let left = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let right = base.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            let product = (left ^ state).multipliedFullWidth(by: right ^ second)
            state = product.high ^ product.low
            offset += 16
        }
        if count - offset >= 8 {
            state = fold(state ^ base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        if count >= 8 {
            if offset < count { rest = base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) }
        } else {
            while offset < count {
                rest = rest << 8 | UInt64(base.load(fromByteOffset: offset, as: UInt8.self))
                offset += 1
            }
        }
        return fold(state ^ rest &* second)
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = (value ^ second).multipliedFullWidth(by: first)
        return product.high ^ product.low
    }
}
