import Events
import Pipeline
import Synchronization

/// Times as text and back, in a zone.
struct ZonedTimes: TimeRendering {
    let zone: TimeZone
    private let formats = KnownFormats()

    init(zone: TimeZone) { self.zone = zone }

    func text(of time: Int64, format: [UInt8]) -> [UInt8] {
        formats[format].bytes(Timestamp(nanoseconds: time), zone: zone)
    }

    func time(of text: [UInt8], format: [UInt8]) -> Int64? {
        let format = formats[format]
        return text.withUnsafeBytes { format.parse($0, zone: zone, clamps: true)?.nanoseconds }
    }

    func bound(_ text: [UInt8], now: Int64) -> Int64? {
        let text = String(decoding: text, as: UTF8.self)
        return try? TimeModifier.resolve(text, now: Timestamp(nanoseconds: now), zone: zone).nanoseconds
    }

    func shifted(_ time: Int64, by modifier: [UInt8]) -> Int64? {
        let modifier = try? TimeModifier(String(decoding: modifier, as: UTF8.self))
        return modifier?.resolve(now: Timestamp(nanoseconds: time), zone: zone).nanoseconds
    }
}

/// Formats that were read before: a search has one or two of them, and as many times as rows. What is no directive stands for
/// itself.
private final class KnownFormats: Sendable {
    /// Rows may bring formats of their own.
    private static let most = 64
    private let known = Mutex<[[UInt8]: TimeFormat]>([:])

    subscript(format: [UInt8]) -> TimeFormat {
        known.withLock { known in
            if let format = known[format] { return format }
            let made = TimeFormat(lenient: String(decoding: format, as: UTF8.self))
            if known.count >= Self.most { known = [:] }
            known[format] = made
            return made
        }
    }
}
