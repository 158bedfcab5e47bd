/// An IPv4 or IPv6 address (RFC 4291 texts; a zone behind `%`, as in `fe80::1%12`, is no part of the address).
public struct InternetAddress: Hashable, Comparable, Sendable {
    /// IPv4 sorts before IPv6.
    public let isVersion6: Bool
    /// As a number, in the byte order of the text; of IPv4 the lowest 32 bits.
    public let bits: UInt128

    /// `nil` where the text is no address.
    public init?(_ text: [UInt8]) {
        if text.contains(UInt8(ascii: ":")) {
            guard let bits = Self.version6(Array(text.prefix { $0 != UInt8(ascii: "%") })) else { return nil }
            self.bits = bits
            isVersion6 = true
        } else {
            guard let bits = Self.version4(text[...]) else { return nil }
            self.bits = UInt128(bits)
            isVersion6 = false
        }
    }

    /// All of IPv4 before IPv6, else by the number that the address is.
    public static func < (left: InternetAddress, right: InternetAddress) -> Bool {
        left.isVersion6 == right.isVersion6 ? left.bits < right.bits : right.isVersion6
    }

    private static func version4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
            // What begins with 0 is octal to some readers and decimal to others, and so no address to careful ones.
            guard part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            let number = part.reduce(0 as UInt32) { $0 * 10 + UInt32($1 - 0x30) }
            guard number < 256 else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    private static func version6(_ text: [UInt8]) -> UInt128? {
        var before: [UInt16] = []
        var after: [UInt16] = []
        var isCompressed = false
        var rest = text[...]
        if rest.starts(with: "::".utf8) {
            isCompressed = true
            rest = rest.dropFirst(2)
        }
        var expectsGroup = !isCompressed
        while !rest.isEmpty {
            let group = rest.prefix { $0 != UInt8(ascii: ":") }
            guard !group.isEmpty else { return nil }
            var parsed: [UInt16]
            if group.count == rest.count, let embedded = version4(group) {
                parsed = [UInt16(embedded >> 16), UInt16(embedded & 0xFFFF)]
            } else {
                guard group.count <= 4, let number = UInt16(String(decoding: group, as: UTF8.self), radix: 16),
                    group.first != UInt8(ascii: "+"), group.first != UInt8(ascii: "-")
                else { return nil }
                parsed = [number]
            }
            if isCompressed { after += parsed } else { before += parsed }
            rest = rest.dropFirst(group.count)
            expectsGroup = false
            if rest.starts(with: "::".utf8) {
                guard !isCompressed else { return nil }
                isCompressed = true
                rest = rest.dropFirst(2)
            } else if !rest.isEmpty {
                rest = rest.dropFirst()
                expectsGroup = true
            }
        }
        let count = before.count + after.count
        guard !expectsGroup, isCompressed ? count < 8 : count == 8 else { return nil }
        let groups = before + [UInt16](repeating: 0, count: 8 - count) + after
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

/// Addresses that begin with the same bits: `10.0.0.0/8`; an address alone is a network of one.
public struct AddressNetwork: Hashable, Sendable {
    private let base: InternetAddress
    private let mask: UInt128
    /// As it was written.
    public let text: String

    /// `nil` where the text is neither an address nor one with the number of bits that count.
    public init?(_ text: [UInt8]) {
        let parts = text.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = InternetAddress(Array(parts[0])) else { return nil }
        let width = address.isVersion6 ? 128 : 32
        var length = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].count), parts[1].allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
            length = parts[1].reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard length <= width else { return nil }
        }
        self.text = String(decoding: text, as: UTF8.self)
        base = address
        mask = UInt128.max << UInt128(width - length)
    }

    /// False where one is IPv4 and the other IPv6, mapped addresses too.
    public func contains(_ address: InternetAddress) -> Bool {
        address.isVersion6 == base.isVersion6 && (address.bits ^ base.bits) & mask == 0
    }
}
