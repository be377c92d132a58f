// The cue bar for the console of the treadmill: lamps left and right, status lamp, buzzer and button.
// +x is the runner's right, +y up, +z looks at the runner.
include <common.scad>

part = "box";         // box, cover
blue = true;          // the full build
size = [210, 40, 34]; // outside, without the cover
button = 16;

amber_at = 90;
blue_at = 71;
status_at = -28;
buzzer_at = 32;
screw_at = [98.5, 13.5];

module bar_box() {
    difference() {
        translate([-size[0] / 2, -size[1] / 2, 0]) rounded(size, 4);
        translate([-size[0] / 2 + wall, -size[1] / 2 + wall, plate])
            rounded([size[0] - 2 * wall, size[1] - 2 * wall, size[2]], 1.6);
        // strap of 20 mm, across the back
        for (x = [-48, 48], y = [-11, 11]) translate([x - 11, y - 2, -eps]) cube([22, 4, plate + 2 * eps]);
        translate([-50, -size[1] / 2 + wall, size[2] / 2]) de9_cut(wall);
    }
    for (x = [-1, 1], y = [-1, 1]) translate([x * screw_at[0], y * screw_at[1], plate - eps]) difference() {
        union() {
            cylinder(d = 7, h = size[2] - plate + eps);
            translate([x > 0 ? 0 : -4.5, -1, 0]) cube([4.5, 2, size[2] - plate + eps]);
        }
        translate([0, 0, size[2] - plate - 12]) cylinder(d = m3_pilot, h = 13);
    }
}

// Printed with its face down.
module bar_cover() {
    lamps = blue ? [-amber_at, -blue_at, blue_at, amber_at] : [-amber_at, amber_at];
    difference() {
        linear_extrude(plate) difference() {
            translate([-size[0] / 2, -size[1] / 2]) rounded_outline([size[0], size[1]], 4);
            for (x = lamps) translate([x, 0]) circle(d = 10.3);
            translate([status_at, 0]) circle(d = 5.2);
            circle(d = button + 0.3);
            translate([buzzer_at, 0]) {
                circle(d = 2);
                for (a = [0 : 60 : 300]) rotate(a) translate([3.6, 0]) circle(d = 2);
            }
            screws() circle(d = m3_free);
        }
        screws() translate([0, 0, -eps]) cylinder(d1 = 6.4, d2 = m3_free, h = 1.8);
    }
    for (x = lamps) translate([x, 0, plate - eps]) ring(14.5, 11.8, 3);
    translate([buzzer_at, 0, plate - eps]) ring(15.5, 12.4, 5);
}

module ring(outside, inside, h) {
    linear_extrude(h) difference() {
        circle(d = outside);
        circle(d = inside);
    }
}

module screws() {
    for (x = [-1, 1], y = [-1, 1]) translate([x * screw_at[0], y * screw_at[1]]) children();
}

if (part == "box") bar_box();
if (part == "cover") bar_cover();
