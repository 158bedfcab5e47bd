import Glibc
import Values

/// The digests that `md5`, `sha1`, `sha256` and `sha512` give, as lower-case hexadecimal text.
enum Digest {
    /// RFC 1321.
    static func md5(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
        let padded = padded(message, block: 64, lengthBytes: 8, isBigEndian: false)
        for block in stride(from: 0, to: padded.count, by: 64) {
            let words = (0..<16).map { index in
                (0..<4).reduce(0 as UInt32) { $0 | UInt32(padded[block + index * 4 + $1]) << UInt32(8 * $1) }
            }
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            for round in 0..<64 {
                let mix: UInt32
                let word: Int
                switch round / 16 {
                case 0: (mix, word) = (b & c | ~b & d, round)
                case 1: (mix, word) = (d & b | ~d & c, (5 * round + 1) % 16)
                case 2: (mix, word) = (b ^ c ^ d, (3 * round + 5) % 16)
                default: (mix, word) = (c ^ (b | ~d), 7 * round % 16)
                }
                let sum = a &+ mix &+ md5Constants[round] &+ words[word]
                (a, d, c) = (d, c, b)
                b = b &+ rotatedLeft(sum, md5Shifts[round / 16 * 4 + round % 4])
            }
            state[0] &+= a
            state[1] &+= b
            state[2] &+= c
            state[3] &+= d
        }
        return hexadecimal(state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }

    /// FIPS 180-4, 6.1.
    static func sha1(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        let padded = padded(message, block: 64, lengthBytes: 8, isBigEndian: true)
        for block in stride(from: 0, to: padded.count, by: 64) {
            var words: [UInt32] = (0..<16).map { bigEndian(padded, block + $0 * 4) }
            for index in 16..<80 {
                words.append(
                    rotatedLeft(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1))
            }
            var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
            for round in 0..<80 {
                let (mix, constant): (UInt32, UInt32) =
                    switch round / 20 {
                    case 0: (b & c ^ ~b & d, 0x5A82_7999)
                    case 1: (b ^ c ^ d, 0x6ED9_EBA1)
                    case 2: (b & c ^ b & d ^ c & d, 0x8F1B_BCDC)
                    default: (b ^ c ^ d, 0xCA62_C1D6)
                    }
                let next = rotatedLeft(a, 5) &+ mix &+ e &+ constant &+ words[round]
                (e, d, c, b, a) = (d, c, rotatedLeft(b, 30), a, next)
            }
            for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
        }
        return hexadecimal(bytes(state))
    }

    /// FIPS 180-4, 6.2.
    static func sha256(_ message: [UInt8]) -> [UInt8] {
        sha2(
            message, block: 64, rounds: 64, start: startOfSha2.map { UInt32(truncatingIfNeeded: $0 >> 32) },
            constants: sha2Constants.map { UInt32(truncatingIfNeeded: $0 >> 32) },
            rotations: Rotations(large0: (2, 13, 22), large1: (6, 11, 25), small0: (7, 18, 3), small1: (17, 19, 10)))
    }

    /// FIPS 180-4, 6.4.
    static func sha512(_ message: [UInt8]) -> [UInt8] {
        sha2(
            message, block: 128, rounds: 80, start: startOfSha2, constants: sha2Constants,
            rotations: Rotations(large0: (28, 34, 39), large1: (14, 18, 41), small0: (1, 8, 7), small1: (19, 61, 6)))
    }

    /// The last of the small ones is a shift.
    private struct Rotations {
        var large0: (Int, Int, Int)
        var large1: (Int, Int, Int)
        var small0: (Int, Int, Int)
        var small1: (Int, Int, Int)
    }

    private static func sha2<Word: FixedWidthInteger & UnsignedInteger>(
        _ message: [UInt8], block: Int, rounds: Int, start: [Word], constants: [Word], rotations: Rotations
    ) -> [UInt8] {
        var state = start
        let padded = padded(message, block: block, lengthBytes: block / 8, isBigEndian: true)
        let width = block / 16
        func large(_ word: Word, _ by: (Int, Int, Int)) -> Word {
            rotatedRight(word, by.0) ^ rotatedRight(word, by.1) ^ rotatedRight(word, by.2)
        }
        func small(_ word: Word, _ by: (Int, Int, Int)) -> Word {
            rotatedRight(word, by.0) ^ rotatedRight(word, by.1) ^ word >> Word(by.2)
        }
        for offset in stride(from: 0, to: padded.count, by: block) {
            var words: [Word] = (0..<16).map { bigEndian(padded, offset + $0 * width) }
            for index in 16..<rounds {
                words.append(
                    small(words[index - 2], rotations.small1) &+ words[index - 7]
                        &+ small(words[index - 15], rotations.small0) &+ words[index - 16])
            }
            var held = state
            for round in 0..<rounds {
                let choice = held[4] & held[5] ^ ~held[4] & held[6]
                let majority = held[0] & held[1] ^ held[0] & held[2] ^ held[1] & held[2]
                let first =
                    held[7] &+ large(held[4], rotations.large1) &+ choice &+ constants[round] &+ words[round]
                let second = large(held[0], rotations.large0) &+ majority
                held.removeLast()
                held.insert(first &+ second, at: 0)
                held[4] &+= first
            }
            for index in 0..<8 { state[index] &+= held[index] }
        }
        return hexadecimal(bytes(state))
    }

    private static func padded(
        _ message: [UInt8], block: Int, lengthBytes: Int, isBigEndian: Bool
    ) -> [UInt8] {
        var padded = message
        padded.append(0x80)
        while padded.count % block != block - lengthBytes { padded.append(0) }
        let bits = UInt128(message.count) * 8
        for index in 0..<lengthBytes {
            let place = isBigEndian ? lengthBytes - 1 - index : index
            padded.append(UInt8(truncatingIfNeeded: bits >> UInt128(8 * place)))
        }
        return padded
    }

    private static func bigEndian<Word: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int) -> Word {
        (0..<Word.bitWidth / 8).reduce(0) { $0 << 8 | Word(bytes[offset + $1]) }
    }

    private static func bytes(_ words: [some FixedWidthInteger]) -> [UInt8] {
        words.flatMap { word in
            stride(from: word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }

    private static func rotatedLeft(_ word: UInt32, _ by: Int) -> UInt32 {
        word << UInt32(by) | word >> UInt32(32 - by)
    }

    private static func rotatedRight<Word: FixedWidthInteger>(_ word: Word, _ by: Int) -> Word {
        word >> Word(by) | word << Word(Word.bitWidth - by)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap(\.hexadecimalDigits)
    }

    private static let md5Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

    /// The integer part of 2³² |sin i|.
    private static let md5Constants: [UInt32] = (1...64).map { UInt32(abs(sin(Double($0))) * 0x1p32) }

    /// The fractional parts of the square roots of the first eight primes, in 64 bits.
    private static let startOfSha2: [UInt64] = primes(8).map { fractionOfRoot($0, degree: 2) }

    /// The fractional parts of the cube roots of the first eighty primes, in 64 bits.
    private static let sha2Constants: [UInt64] = primes(80).map { fractionOfRoot($0, degree: 3) }

    private static func primes(_ count: Int) -> [UInt64] {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < count {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes
    }

    /// The largest r with rⁿ ≤ prime · 2⁶⁴ⁿ, found bit by bit; its low 64 bits are the fraction.
    private static func fractionOfRoot(_ prime: UInt64, degree: Int) -> UInt64 {
        let target = [UInt32](repeating: 0, count: 2 * degree) + [UInt32(prime)]
        var root: UInt128 = 0
        for bit in stride(from: 69, through: 0, by: -1) {
            let candidate = root | 1 << UInt128(bit)
            let limbs = [0, 32, 64].map { UInt32(truncatingIfNeeded: candidate >> UInt128($0)) }
            let power = (1..<degree).reduce(limbs) { power, _ in Limbs.product(power, limbs) }
            if !Limbs.isLess(target, power) { root = candidate }
        }
        return UInt64(truncatingIfNeeded: root)
    }
}
