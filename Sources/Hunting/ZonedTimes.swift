import Events
import Pipeline

/// Times as text and back, in a zone.
struct ZonedTimes: TimeRendering {
    let zone: TimeZone

    func text(of time: Int64, format: [UInt8]) -> [UInt8] {
        guard let format = try? TimeFormat(String(decoding: format, as: UTF8.self)) else { return [] }
        return Array(format.text(Timestamp(nanoseconds: time), zone: zone).utf8)
    }

    func time(of text: [UInt8], format: [UInt8], now: Int64) -> Int64? {
        let format = try? TimeFormat(String(decoding: format, as: UTF8.self))
        return text.withUnsafeBytes { format?.parse($0, zone: zone)?.nanoseconds }
    }

    func shifted(_ time: Int64, by modifier: [UInt8]) -> Int64? {
        let modifier = try? TimeModifier(String(decoding: modifier, as: UTF8.self))
        return modifier?.resolve(now: Timestamp(nanoseconds: time), zone: zone)?.nanoseconds
    }
}
