import Events
import Glibc
import Values

/// What the paths of events are called, each with a number. One belongs to one worker.
final class PathNames {
    struct Path {
        var path: Text
        var shape: Int
        var name: ShapeNames.Name
        /// Paths of one name have the same.
        var nameNumber: Int
        /// Whether the name is that of the time or of the raw text.
        var isSpecial: Bool
        /// The path that came behind it last, which most often comes again: then nothing is looked up.
        fileprivate var next = -1
    }

    private let shapes: [ShapeNames]
    private var shape = 0
    private var paths: [Path] = []
    /// By shape.
    private var numbers: [[Text: Int]]
    private var nameNumbers: [Text: Int] = [:]
    private var last = -1

    /// With so many paths all are forgotten before the next event; as many more may come in one event, and no others are known in
    /// it: what a line holds must not decide how much memory is taken.
    private static let limit = 20_000
    private static let special: [Text] = ["_time", "_raw"]

    init(_ shapes: [ShapeNames]) {
        self.shapes = shapes
        numbers = Array(repeating: [:], count: shapes.count)
    }

    var shapeCount: Int { shapes.count }

    /// Begins an event of a shape; numbers from before may mean other paths after.
    func begin(shape: Int) {
        self.shape = shape
        last = -1
        guard paths.count >= Self.limit else { return }
        paths.removeAll()
        numbers = Array(repeating: [:], count: shapes.count)
        nameNumbers = [:]
    }

    subscript(number: Int) -> Path {
        _read { yield paths[number] }
    }

    /// The number of a path in events of the shape at hand; `nil` behind the limit.
    func number(of path: UnsafeRawBufferPointer) -> Int? {
        let expected = last < 0 ? -1 : paths[last].next
        if expected >= 0, paths[expected].shape == shape, isEqual(paths[expected].path, path) {
            last = expected
            return expected
        }
        guard let number = number(of: Text(copying: path)) else { return nil }
        if last >= 0 { paths[last].next = number }
        last = number
        return number
    }

    func number(of path: ArraySlice<UInt8>) -> Int? { number(of: Text(bytes: Array(path))) }

    private func isEqual(_ text: Text, _ path: UnsafeRawBufferPointer) -> Bool {
        text.bytes.withUnsafeBytes { $0.count == path.count && $0.compare(path) == 0 }
    }

    private func number(of path: Text) -> Int? {
        if let known = numbers[shape][path] { return known }
        guard paths.count < 2 * Self.limit else { return nil }
        var name = shapes[shape].name(of: path.bytes)
        name.isOfArray = path.isOfArray
        name.isEscaped = name.text != path && shapes[shape].isEscaped(path.bytes)
        let nameNumber = nameNumbers[name.text] ?? nameNumbers.count
        nameNumbers[name.text] = nameNumber
        paths.append(
            Path(
                path: path, shape: shape, name: name, nameNumber: nameNumber,
                isSpecial: Self.special.contains(name.text)))
        numbers[shape][path] = paths.count - 1
        return paths.count - 1
    }
}
