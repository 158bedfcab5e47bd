import Values

func isoTime(_ text: Text) -> Text? {
    guard let nanoseconds = EpochText.nanoseconds(text) else { return nil }
    let micro = nanoseconds / 1000
    var days = micro / 86_400_000_000
    var rest = micro % 86_400_000_000
    if rest < 0 {
        rest += 86_400_000_000
        days -= 1
    }
    let z = days + 719468
    let era = (z >= 0 ? z : z - 146096) / 146097
    let doe = z - era * 146097
    let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
    let mp = (5 * doy + 2) / 153
    let d = doy - (153 * mp + 2) / 5 + 1
    let m = mp < 10 ? mp + 3 : mp - 9
    let y = yoe + era * 400 + (m <= 2 ? 1 : 0)
    func pad(_ v: Int64, _ n: Int) -> String {
        let s = String(v)
        return String(repeating: "0", count: max(0, n - s.count)) + s
    }
    let s = rest / 1_000_000
    var f = pad(rest % 1_000_000, 6)
    while f.hasSuffix("0") { f.removeLast() }
    return Text(
        "\(pad(y, 4))-\(pad(m, 2))-\(pad(d, 2))T\(pad(s / 3600, 2)):\(pad(s / 60 % 60, 2)):\(pad(s % 60, 2))\(f.isEmpty ? "" : "." + f)Z"
    )
}
