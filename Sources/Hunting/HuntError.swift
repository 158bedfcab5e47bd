/// Why a hunt can't run.
public struct HuntError: Error, Sendable, CustomStringConvertible {
    /// In one line what is wrong and, where it can be said, where and what to do.
    public var message: String

    /// - Parameter message: one line without a full stop.
    public init(_ message: String) {
        self.message = message
    }

    /// As ``message``.
    public var description: String { message }
}
