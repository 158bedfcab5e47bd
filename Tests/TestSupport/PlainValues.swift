import Foundation
import Matching

/// Addresses as the system reads them.
enum PlainAddress {
    /// The bytes of an IPv4 or IPv6 address.
    static func bytes(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    static func isInside(_ text: String, _ network: String) -> Bool {
        let parts = network.split(separator: "/")
        guard let address = bytes(text), let base = bytes(String(parts[0])), address.count == base.count else {
            return false
        }
        let length = parts.count > 1 ? Int(parts[1]) ?? 0 : base.count * 8
        return (0..<length).allSatisfy { bit in
            (address[bit / 8] ^ base[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}

/// Parts of times as they are written: `2024-05-06T07:08:09`.
enum PlainTime {
    static func value(of part: TimePart, in text: String) -> Int? {
        let numbers = text.split { !"0123456789".contains($0) }.compactMap { Int($0) }
        guard numbers.count >= 3, text.prefix(4).allSatisfy(\.isNumber), text.dropFirst(4).first == "-" else {
            return nil
        }
        switch part {
        case .year: return numbers[0]
        case .month: return numbers[1]
        case .day: return numbers[2]
        case .hour: return numbers.count > 4 ? numbers[3] : nil
        case .minute: return numbers.count > 4 ? numbers[4] : nil
        case .week:
            var calendar = Calendar(identifier: .iso8601)
            calendar.timeZone = TimeZone(identifier: "UTC") ?? calendar.timeZone
            let components = DateComponents(year: numbers[0], month: numbers[1], day: numbers[2])
            return calendar.date(from: components).map { calendar.component(.weekOfYear, from: $0) }
        }
    }
}
