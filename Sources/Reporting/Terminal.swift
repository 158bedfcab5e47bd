import Glibc

/// What the process knows of the terminal that it may be writing to.
public enum Terminal {
    /// Where nothing tells the width.
    public static let defaultWidth = 80

    /// Whether somebody may be looking: false for pipes, files and descriptors that are not open.
    public static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    /// Columns of the terminal behind a descriptor: COLUMNS where it is set to a positive number, since that is said on
    /// purpose, else what the terminal says, else 80.
    public static func width(of descriptor: Int32) -> Int {
        if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return defaultWidth
    }

    /// Whether colours are right by themselves: on a terminal that can, where NO_COLOR is not set to anything
    /// (https://no-color.org).
    public static func wantsColor(_ descriptor: Int32) -> Bool {
        canRewrite(descriptor) && (environment("NO_COLOR") ?? "").isEmpty
    }

    /// Whether a line on it can be written over.
    public static func canRewrite(_ descriptor: Int32) -> Bool {
        isTerminal(descriptor) && environment("TERM") != "dumb"
    }

    private static func environment(_ name: String) -> String? {
        // SAFETY: getenv's result is copied at once; nothing in this process changes its environment.
        getenv(name).map { String(cString: $0) }
    }
}
