import Glibc
import Matching
import TestRandom
import Testing

@Suite("Internet addresses and networks")
struct InternetAddressTests {
    /// What the system takes a text for.
    private func systemBits(_ text: String, _ family: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(family, text, &bytes) == 1 ? Array(bytes.prefix(family == AF_INET ? 4 : 16)) : nil
    }

    private func bits(_ text: String) -> [UInt8]? {
        guard let address = InternetAddress(Array(text.utf8)) else { return nil }
        return (0..<(address.isVersion6 ? 16 : 4)).reversed().map {
            UInt8(truncatingIfNeeded: address.bits >> UInt128(8 * $0))
        }
    }

    @Test("are those that the system knows", arguments: [1, 2, 3] as [UInt64])
    func texts(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var known = 0
        for _ in 0..<4000 {
            let isVersion6 = random.once(in: 3)
            let parts = (0..<Int.random(in: isVersion6 ? 2...8 : 3...5, using: &random)).map { _ in
                isVersion6
                    ? random.pick(["", "0", "1", "fe80", "FFFF", "12345", "0db8", "g"])
                    : random.pick(["0", "1", "9", "10", "127", "255", "256", "01", "", "1a", "999", "0"])
            }
            let text = parts.joined(separator: isVersion6 ? ":" : ".") + (random.once(in: 20) ? " " : "")
            let expected = systemBits(text, AF_INET) ?? systemBits(text, AF_INET6)
            #expect(bits(text) == expected, "\(text)")
            if expected != nil { known += 1 }
        }
        #expect(known > 100)
    }

    @Test("are found in a set of networks as in each of them", arguments: [4, 5] as [UInt64])
    func sets(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func address() -> String {
            random.once(in: 4)
                ? "2001:db8::" + random.pick(["1", "f:2", "0"])
                : (0..<4).map { _ in random.pick(["10", "0", "192", "255", "1"]) }.joined(separator: ".")
        }
        let networks = (0..<300).map { _ -> AddressNetwork? in
            let length =
                random.once(in: 3) ? "" : "/" + random.pick(["0", "8", "9", "24", "31", "32", "64", "127", "129"])
            return AddressNetwork(Array((address() + length).utf8))
        }
        #expect(networks.contains { $0 == nil })
        let set = NetworkSet(networks)
        var found = 0
        for _ in 0..<400 {
            guard let one = InternetAddress(Array(address().utf8)) else { continue }
            let expected = networks.indices.filter { networks[$0]?.contains(one) == true }
            #expect(set.numbers(holding: one) == expected)
            found += expected.count
        }
        #expect(found > 400)
    }
}
