// Measures and shapes that all printed parts share. Millimetres.

$fn = 32;

wall = 2.4;
plate = 3;            // floors and lids
gap = 0.3;            // between parts that slide into each other

m2_pilot = 1.6;       // holes that the screw cuts its own thread into
m25_pilot = 2.1;
m3_pilot = 2.6;
m3_free = 3.4;
m3_nut = 5.6;         // across flats
m5_free = 5.3;

eps = 0.01;

module rounded_outline(size, r) {
    offset(r) translate([r, r]) square([size[0] - 2 * r, size[1] - 2 * r]);
}

module rounded(size, r) {
    linear_extrude(size[2]) rounded_outline(size, r);
}

module hexagon(flats, h) {
    cylinder(d = flats / cos(30), h = h, $fn = 6);
}

// Hole for a DE-9 and its two screws, cut along -y into a wall whose inside is at y = 0.
// Its upper corners slope, so that it prints without support.
module de9_cut(depth) {
    translate([0, eps, 0]) rotate([90, 0, 0]) linear_extrude(depth + 2 * eps) {
        polygon([[-10.2, -5.6], [10.2, -5.6], [10.2, 2.6], [7, 5.8], [-7, 5.8], [-10.2, 2.6]]);
        for (x = [-12.5, 12.5]) translate([x, 0]) circle(d = 3.3);
    }
}

// Prongs of the hinge that all mounts share, axis along x at `height`, standing on z = 0. `at` are their middles.
hinge_height = 15;
prong = 4;
prong_pitch = 8.4;    // of the side with three
module prongs(at) {
    for (x = at) difference() {
        hull() {
            translate([x - prong / 2, 0, hinge_height]) rotate([0, 90, 0]) cylinder(d = 15, h = prong);
            translate([x - prong / 2, -7.5, 0]) cube([prong, 15, 1]);
        }
        translate([x - prong, 0, hinge_height]) rotate([0, 90, 0]) cylinder(d = m5_free, h = 2 * prong);
    }
}
three = [-prong_pitch, 0, prong_pitch];
two = [-prong_pitch / 2, prong_pitch / 2];
