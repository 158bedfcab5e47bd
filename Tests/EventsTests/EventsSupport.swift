@testable import Events

extension EventParser {
    /// A parser with tables of its own.
    convenience init(layout: EventLayout) {
        self.init(EventTables(layout: layout))
    }
}

extension TimeFormat {
    func text(_ time: Timestamp, zone: TimeZone) -> String {
        String(decoding: bytes(time, zone: zone), as: UTF8.self)
    }
}
