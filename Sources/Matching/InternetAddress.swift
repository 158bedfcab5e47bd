/// An IPv4 or IPv6 address (RFC 4291 texts; a zone behind `%`, as in `fe80::1%12`, is no part of the address).
public struct InternetAddress: Hashable, Comparable, Sendable {
    /// IPv4 sorts before IPv6.
    public let isVersion6: Bool
    /// As a number, in the byte order of the text; of IPv4 the lowest 32 bits.
    public let bits: UInt128

    /// `nil` where the text is no address.
    public init?(_ text: [UInt8]) {
        guard let address = text.withUnsafeBytes({ InternetAddress($0) }) else { return nil }
        self = address
    }

    /// The same for text that lies somewhere. Allocates nothing for IPv4, and for what is no address.
    public init?(_ text: UnsafeRawBufferPointer) {
        // Most texts are none, which their first byte tells: a hexadecimal digit, or a colon, which follows the 9.
        guard let first = text.first, first &- 0x30 <= 10 || (first | 0x20) &- 0x61 < 6 else { return nil }
        if let bits = Self.version4(text) {
            self.bits = UInt128(bits)
            isVersion6 = false
        } else {
            guard text.contains(UInt8(ascii: ":")),
                let bits = Self.version6(Array(text.prefix { $0 != UInt8(ascii: "%") }))
            else { return nil }
            self.bits = bits
            isVersion6 = true
        }
    }

    /// All of IPv4 before IPv6, else by the number that the address is.
    public static func < (left: InternetAddress, right: InternetAddress) -> Bool {
        left.isVersion6 == right.isVersion6 ? left.bits < right.bits : right.isVersion6
    }

    private static func version4(_ text: some Collection<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var (digits, parts) = (0, 1)
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, parts < 4 else { return nil }
                bits = bits << 8 | number
                (number, digits, parts) = (0, 0, parts + 1)
                continue
            }
            // What begins with 0 is octal to some readers and decimal to others, and so no address to careful ones.
            guard byte &- 0x30 < 10, digits == 0 || number > 0 else { return nil }
            number = number * 10 + UInt32(byte - 0x30)
            digits += 1
            guard number < 256 else { return nil }
        }
        return digits > 0 && parts == 4 ? bits << 8 | number : nil
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
    fileprivate let base: InternetAddress
    fileprivate let mask: UInt128
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

/// Networks by number, of which those are found that an address is in: by a look-up for each length that one of them has.
public struct NetworkSet: Sendable {
    private struct Length: Sendable {
        let isVersion6: Bool
        let mask: UInt128
        var networks: [UInt128: [Int]] = [:]
    }

    private var lengths: [Length] = []

    /// - Parameter networks: by their numbers; `nil` for one that no address is in.
    public init(_ networks: [AddressNetwork?]) {
        var places: [[UInt128]: Int] = [:]
        for case (let number, let network?) in networks.enumerated() {
            let kind = [network.base.isVersion6 ? 1 : 0, network.mask]
            let place = places[kind] ?? lengths.count
            if place == lengths.count {
                places[kind] = place
                lengths.append(Length(isVersion6: network.base.isVersion6, mask: network.mask))
            }
            lengths[place].networks[network.base.bits & network.mask, default: []].append(number)
        }
    }

    /// The numbers of the networks that hold an address, ascending.
    ///
    /// - Complexity: O(lengths) look-ups, of which there are at most 33 and 129, and sorting what is found.
    public func numbers(holding address: InternetAddress) -> [Int] {
        var numbers: [Int] = []
        forEachNumber(holding: address) { numbers.append($0) }
        return numbers.sorted()
    }

    /// Calls with the same in no particular order.
    func forEachNumber(holding address: InternetAddress, _ body: (Int) -> Void) {
        for length in lengths where length.isVersion6 == address.isVersion6 {
            for number in length.networks[address.bits & length.mask] ?? [] { body(number) }
        }
    }
}
